/**
 * What the checks of a consent look at: the recording as the server received and decoded it, the challenge, and the
 * presenter it is to be compared with. A check reads evidence and answers; it knows no database, no HTTP, no clock.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { ConsentChallenge, ReceivedChunk } from '#core/policy/consent/challenge.ts';
import type { CheckId, CheckResult } from '#core/policy/consent/checks.ts';

/** One decoded picture, upright, RGBA without premultiplied alpha. */
export interface EvidenceFrame {
  /** Media time from the recording's start, seconds. */
  readonly timeS: number;
  readonly width: number; // pixels
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** Mono, 16 kHz, −1 to 1; empty where there is no sound. */
export interface EvidenceSound {
  readonly samples: Float32Array;
}

/** A film that can be gone through more than once, in time order, without being held in memory. */
export interface EvidenceFilm {
  readonly durationS: number;
  /** @param everyS at most one frame in so many seconds; 0 for all. */
  frames(everyS: number, signal?: CancelSignal): AsyncIterable<EvidenceFrame>;
  readonly sound: EvidenceSound;
}

/** A chunk as received, with the stretch of media time that it carries. */
export interface EvidenceChunk extends ReceivedChunk {
  readonly fromS: number;
  readonly untilS: number;
}

/** The recording's bytes, beside its pictures and its sound. */
export interface ReceivedRecording {
  /** A chunk as it was received; the chain is reckoned from these bytes again. */
  chunk(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /** When each picture is shown, as the file says: media time in seconds, ascending. */
  readonly frameTimesS: readonly number[];
}

/** What is looked at of a presenter: its film, or its photo and the two pictures that are drawn in the photo's place. */
export const PRESENTER_PARTS = ['film', 'picture', 'person', 'plate'] as const;
export type PresenterPart = (typeof PRESENTER_PARTS)[number];

/** A file that the person is compared with; its hash is one of those that `presenterHash` is made of. */
export interface PresenterFile {
  readonly part: PresenterPart;
  readonly hash: string;
  /** Where it lies in the store; null before it came, and after it was deleted with the recording. */
  readonly key: string | null;
}

/** What the browser says of itself; hints, never proof. */
export interface CaptureHints {
  readonly cameraLabel: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly webdriver: boolean;
}

/** The person cut out, on glass, and what is behind them. */
export interface DrawnPictures {
  readonly person: EvidenceFilm;
  readonly plate: EvidenceFilm;
}

export interface ConsentEvidence {
  readonly sessionId: string;
  readonly challenge: ConsentChallenge;
  readonly film: EvidenceFilm;
  /** In the order in which they were received; each hash is the one that came with the chunk. */
  readonly chunks: readonly EvidenceChunk[];
  readonly recording: ReceivedRecording;
  readonly hints: CaptureHints;
  /** The presenter's own film or photo (one frame, no sound). */
  readonly presenter: EvidenceFilm;
  /** What is drawn in a photo's place, each one frame; null of a film, which is itself drawn. */
  readonly drawn: DrawnPictures | null;
  /** Fingerprints of recordings seen before, to compare with. */
  readonly earlier: EarlierRecordings;
}

export interface RecordingFingerprint {
  /** SHA-256 of the whole recording. */
  readonly exact: AssetHash;
  /** Perceptual hashes of pictures, one a second, 64 bits each as 16 hex digits. */
  readonly pictures: readonly string[];
  /** Perceptual hashes of sound, as the check defines them, 8 hex digits each. */
  readonly sounds: readonly string[];
}

export interface EarlierRecordings {
  all(): AsyncIterable<{ readonly sessionId: string; readonly fingerprint: RecordingFingerprint }>;
}

/** Several ids may be answered by one look, so that frames are decoded and faces found once. */
export interface ConsentCheck {
  readonly answers: readonly CheckId[];
  run(evidence: ConsentEvidence, signal?: CancelSignal): Promise<readonly CheckResult[]>;
}
