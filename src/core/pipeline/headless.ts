/**
 * How something outside drives the app without a person: the contract of the `/headless` page. The command line
 * opens that page in a browser of its own; the page puts a `HeadlessApi` on `window.orator` and sets
 * `window.oratorReady` when it can be called. Everything crosses as JSON; bytes go by URL, so that a film never
 * passes through the debugger protocol. The same straight line runs underneath as behind the export button.
 */
import type { ErrorWire } from '../base/errors.ts';
import type { FitJob, FitPhase, FitReport } from './fit-api.ts';
import { rateToFps } from '../base/time.ts';
import type { VideoFormat } from '../document/project.ts';
import type { KeySet } from '../policy/consent/keys.ts';
import type { RevocationList } from '../policy/consent/revocations.ts';
import type { Grade, Connection } from '../policy/permit.ts';
import type { Trouble } from '../track/troubles.ts';
import type { DeviceReport, ExportPhase, ExportSettings } from './worker-api.ts';

/** What to render: a finished project file, or a plain text said by a presenter in a voice. */
export type HeadlessSource =
  /** An `.orator` file, fetched from `url` (same origin) and opened as the app opens one. */
  | { readonly kind: 'project-file'; readonly url: string }
  /**
   * Plain text: a blank line ends a paragraph, a line of `---` ends a scene. `presenter` and `voice` are names or
   * ids as `catalogue()` lists them, compared without case.
   */
  | {
      readonly kind: 'script';
      readonly title: string;
      readonly text: string;
      readonly presenter: string;
      /** A `.presenter` file (same origin) whose presenter speaks in place of the one that is named. */
      readonly presenterUrl?: string;
      readonly voice: string;
      /** Speaks the script's one scene in place of the voice; the script may then be empty. */
      readonly sound?: HeadlessSound;
    };

export interface HeadlessSound {
  /** Same origin. */
  readonly url: string;
  readonly name: string;
  /** BCP 47. */
  readonly language: string;
  readonly speaker: HeadlessSpeaker;
}
/** Whose voice or face it is, as whoever brings it says. */
export const HEADLESS_SPEAKERS = ['own', 'someone', 'synthetic'] as const;
export type HeadlessSpeaker = (typeof HEADLESS_SPEAKERS)[number];

/** What an issuer of receipts publishes, as whoever runs this trusts it. */
export interface HeadlessIssuer {
  readonly keys: KeySet;
  readonly revocations: RevocationList;
}

export interface HeadlessRequest {
  readonly source: HeadlessSource;
  /** What is not named here is taken from the project's own format. */
  readonly format: {
    readonly heightPx?: ExportSettings['heightPx'];
    readonly rateFps?: ExportSettings['rateFps'];
    readonly aspect?: ExportSettings['aspect'];
  };
  readonly grade: Grade;
  readonly connection: Connection;
  /** An issuer whose receipts count for this film; without one nobody's do. */
  readonly issuer?: HeadlessIssuer;
  readonly compositor?: DeviceReport['compositor'];
  /** The finished film is PUT here (same origin), its MIME type in Content-Type. */
  readonly resultUrl: string;
}

export type HeadlessOutcome =
  | {
      readonly ok: true;
      readonly mime: string;
      readonly bytes: number;
      readonly settings: ExportSettings;
      readonly device: DeviceReport['summary'];
      /** What was mended or left out when the project was opened, one sentence each. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly error: ErrorWire };

/** Called by the page, if the driver has exposed it as `window.oratorProgress`, a few times a second. */
export interface HeadlessProgress {
  /** Of fitting, `done` counts over all its phases. */
  readonly phase: ExportPhase | FitPhase;
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

export interface HeadlessCatalogue {
  readonly presenters: readonly { readonly id: string; readonly name: string }[];
  readonly voices: readonly {
    /** `engine/engineVoice`, such as `flite/slt`. */
    readonly id: string;
    readonly name: string;
    readonly language: string;
    readonly description: string;
  }[];
}

/** What a presenter is to be made of. */
export interface HeadlessFitRequest {
  /** The video or picture (same origin). */
  readonly url: string;
  readonly kind: FitJob['kind'];
  readonly fileName: string;
  readonly name: string;
  readonly speaker: HeadlessSpeaker;
  /** The `.presenter` file is PUT here (same origin). */
  readonly resultUrl: string;
}

export type HeadlessFitOutcome =
  | {
      readonly ok: true;
      readonly bytes: number;
      readonly troubles: readonly Trouble[];
      readonly report: FitReport;
    }
  | { readonly ok: false; readonly error: ErrorWire; readonly troubles: readonly Trouble[] };

export interface HeadlessApi {
  catalogue(): Promise<HeadlessCatalogue>;
  /** One piece of work at a time. Failures come back as data; it rejects only when the page itself is broken. */
  render(request: HeadlessRequest): Promise<HeadlessOutcome>;
  fit(request: HeadlessFitRequest): Promise<HeadlessFitOutcome>;
  /** Ends what is running, which then answers with code `cancelled`. */
  cancel(): Promise<void>;
}

/** The globals of the page, for both sides to agree on. */
export interface HeadlessWindow {
  orator?: HeadlessApi;
  oratorReady?: boolean;
  oratorProgress?: (progress: HeadlessProgress) => unknown;
}

/** The export settings a project's own format stands for, with what the request asks for on top. */
export function headlessSettings(
  own: VideoFormat,
  request: Pick<HeadlessRequest, 'format' | 'grade' | 'connection'>,
): ExportSettings {
  const ratio = own.widthPx / own.heightPx;
  return {
    heightPx: request.format.heightPx ?? (Math.min(own.widthPx, own.heightPx) >= 1080 ? 1080 : 720),
    rateFps: request.format.rateFps ?? (rateToFps(own.rate) > 27.5 ? 30 : 25),
    aspect: request.format.aspect ?? (ratio > 1.2 ? '16:9' : ratio < 0.8 ? '9:16' : '1:1'),
    grade: request.grade,
    connection: request.connection,
  };
}
