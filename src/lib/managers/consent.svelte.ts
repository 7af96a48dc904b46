/**
 * Recording someone's consent, from what it is for to its receipt. The dialog shows what this says; the server decides.
 */
import { AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { AskedUse } from '#core/policy/consent/challenge.ts';
import type { ConsentLanguage } from '#core/policy/consent/words/words.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { readReceipt } from '#core/policy/consent/receipt.ts';
import { openCamera, type Camera } from '../camera.ts';
import { takeConsent, type ConsentTake } from '../consent-take.ts';
import type { Consent, ConsentPrompt, PresenterParts, ServerClient } from '../api/client.ts';
import type { PresenterRow } from '../storage/presenter-library.ts';
import type { ReceiptShelf } from '../storage/receipt-shelf.ts';
import type { AccountManager } from './account.svelte.ts';
import type { ReceiptManager } from './receipts.svelte.ts';

export type ConsentStep =
  | { readonly kind: 'closed' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'ask' }
  /** The presenter's film or photo goes to the server. */
  | { readonly kind: 'sending'; readonly bytes: number }
  /** starting: the server is asked for the first code, and the clock begins with its answer. */
  | { readonly kind: 'camera'; readonly camera: Camera; readonly starting?: true }
  | { readonly kind: 'recording'; readonly camera: Camera }
  | { readonly kind: 'checking'; readonly id: string }
  | { readonly kind: 'result'; readonly consent: Consent }
  | { readonly kind: 'failed'; readonly error: AppError };

export interface ConsentWish {
  readonly uses: readonly AskedUse[];
  /** Of the films; `*` for any. */
  readonly films: readonly string[];
  readonly years: number;
  /** In which the person speaks. */
  readonly language: ConsentLanguage;
}
export const USUAL_WISH: ConsentWish = {
  uses: ['own-films', 'distribution'],
  films: ['*'],
  years: 1,
  language: 'en',
};

export interface ConsentProgress {
  readonly prompt: ConsentPrompt | null;
  readonly nowMs: number;
  readonly endsAtMs: number;
  readonly sent: number;
  readonly waiting: number;
  readonly stalled: boolean;
  /** The recorder fell behind at some time. */
  readonly slow: boolean;
}
const NOTHING: ConsentProgress = {
  ...{ prompt: null, nowMs: 0, endsAtMs: 0, sent: 0, waiting: 0 },
  ...{ stalled: false, slow: false },
};

interface Parts {
  readonly client: ServerClient;
  readonly account: AccountManager;
  readonly receipts: ReceiptManager;
  readonly shelf: ReceiptShelf;
  /** Bytes of a part of a presenter; null when they are gone. */
  readonly bytesOf: (hash: AssetHash) => Promise<Uint8Array<ArrayBuffer> | null>;
}

const LEVEL_EVERY_MS = 80;
const LOOK_EVERY_MS = 1500;

export class ConsentManager {
  step = $state.raw<ConsentStep>({ kind: 'closed' });
  progress = $state.raw<ConsentProgress>(NOTHING);
  /** Of the microphone, 0…1. */
  level = $state(0);
  row = $state.raw<PresenterRow | null>(null);

  readonly #parts: Parts;
  #id: string | null = null;
  #take: ConsentTake | null = null;
  #camera: Camera | null = null;
  #metering: ReturnType<typeof setInterval> | undefined;
  /** Counts openings: an answer that comes after the dialog was left is known by it. */
  #turn = 0;
  /** Where whoever opened it was, and comes back to. */
  #back: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param back called once it is left, granted or not */
  async open(row: PresenterRow, back: (() => void) | null = null): Promise<void> {
    this.#leave();
    this.#back = back;
    this.row = row;
    await this.#guarded(async (mine) => {
      this.step = { kind: 'connecting' };
      const { kind } = await this.#parts.account.look();
      if (!mine()) return;
      if (kind === 'unreachable')
        throw new AppError('network', 'Consent is recorded with a server, and none answers here.', {
          way: 'Open Orator from your server, or connect, then try again.',
        });
      if (kind === 'signed-in') await this.#takeUp(row, mine);
      else this.step = { kind: 'sign-in' };
    });
  }

  async signedIn(): Promise<void> {
    const { row } = this;
    if (this.step.kind !== 'sign-in' || !row) return;
    await this.#guarded((mine) => this.#takeUp(row, mine));
  }

  /** Tells the server what is asked for, and brings it what the person is compared with; then the camera opens. */
  async begin(wish: ConsentWish): Promise<void> {
    const { row } = this;
    if (!row) return;
    const { client, bytesOf } = this.#parts;
    await this.#guarded(async (mine) => {
      const { presenter } = row;
      const files = [];
      for (const [part, hash] of drawnFrom(presenter)) {
        const bytes = await bytesOf(hash);
        if (!bytes)
          throw new AppError('not-found', 'What this presenter was made of is no longer on this device.', {
            way: 'Make the presenter anew, then record consent.',
          });
        files.push({ part, bytes });
      }
      if (!mine()) return;
      this.step = { kind: 'sending', bytes: files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) };
      const until = new Date();
      until.setUTCFullYear(until.getUTCFullYear() + wish.years);
      // A day less: clocks differ, and ten years are the most there is.
      until.setUTCDate(until.getUTCDate() - 1);
      const { id } = await client.call('POST /api/consents', {
        body: {
          presenter: partsOf(presenter),
          presenterName: presenter.name.slice(0, 100) || 'Presenter',
          language: wish.language,
          scope: { uses: [...wish.uses], languages: [...wish.films], until: until.toISOString() },
        },
      });
      if (!mine()) return;
      this.#id = id;
      for (const { part, bytes } of files) {
        await client.call('PUT /api/consents/{id}/parts/{part}', {
          path: { id, part },
          body: new Blob([bytes]),
        });
        if (!mine()) return;
      }
      await this.#openCamera(mine);
    });
  }

  /** Starts the clock: the server's first code comes with its answer. */
  async record(): Promise<void> {
    const { step } = this;
    const id = this.#id;
    if (step.kind !== 'camera' || step.starting || id === null) return;
    const { camera } = step;
    const { client } = this.#parts;
    // At once: pressed twice, the second start is refused, and that would end the first.
    this.step = { kind: 'camera', camera, starting: true };
    await this.#guarded(async (mine) => {
      const { label, settings } = camera.describe();
      const body = {
        cameraLabel: label.slice(0, 200),
        settings: plain(settings),
        webdriver: navigator.webdriver,
      };
      const first = await client.call('POST /api/consents/{id}/start', { path: { id }, body });
      if (!mine()) return;
      this.step = { kind: 'recording', camera };
      const tell = (change: Partial<ConsentProgress>) => {
        if (mine()) this.progress = { ...this.progress, ...change };
      };
      this.#take = takeConsent(client, camera, id, first, {
        onPrompt: (prompt) => tell({ prompt }),
        onTime: (nowMs, endsAtMs) => tell({ nowMs, endsAtMs }),
        onSent: (sent, waiting) => tell({ sent, waiting }),
        onStall: (stalled) => tell({ stalled }),
        onSlow: () => tell({ slow: true }),
      });
      const claimed = await this.#take.done;
      this.#take = null;
      if (!mine()) return;
      await client.call('POST /api/consents/{id}/finish', { path: { id }, body: claimed });
      if (!mine()) return;
      this.#closeCamera();
      this.step = { kind: 'checking', id };
      await this.#awaitDecision(id, mine);
    });
  }

  /** Another try with the same wish in mind: what was recorded is forgotten. */
  again(): void {
    const { row } = this;
    this.#leave();
    this.row = row;
    if (row) this.step = { kind: 'ask' };
  }

  /** Leaves. What is being recorded ends, and the server deletes what it has of it. */
  close(): void {
    this.#leave();
    const back = this.#back;
    this.#back = null;
    back?.();
  }

  #leave(): void {
    this.#turn++;
    const { kind } = this.step;
    const unfinished = kind === 'sending' || kind === 'camera' || kind === 'recording';
    if (unfinished && this.#id !== null) {
      const path = { id: this.#id };
      // Whoever cannot be told deletes it within the hour by themselves.
      void this.#parts.client.call('POST /api/consents/{id}/withdraw', { path }).catch(() => undefined);
    }
    this.#take?.cancel();
    this.#take?.done.catch(() => undefined);
    this.#take = null;
    this.#id = null;
    this.#closeCamera();
    this.progress = NOTHING;
    this.row = null;
    this.step = { kind: 'closed' };
  }

  /** An earlier recording of this presenter may be in its checks still, or have been decided while nobody looked. */
  async #takeUp({ presenter }: PresenterRow, mine: () => boolean): Promise<void> {
    const subject = presenterHash(presenter);
    const { consents } = await this.#parts.client.call('GET /api/consents', {});
    if (!mine()) return;
    const earlier = consents.find(
      ({ presenterHash: of, state }) =>
        of === subject && (state === 'checking' || state === 'person' || state === 'granted'),
    );
    if (!earlier) {
      this.step = { kind: 'ask' };
      return;
    }
    if (earlier.state === 'checking') this.step = { kind: 'checking', id: earlier.id };
    await this.#awaitDecision(earlier.id, mine);
  }

  async #openCamera(mine: () => boolean): Promise<void> {
    const camera = await openCamera(() => {
      if (mine())
        this.#fail(
          new AppError('not-found', 'The camera went away.', { way: 'Connect it again, and begin anew.' }),
        );
    });
    if (!mine()) return camera.close();
    this.#camera = camera;
    if (!camera.hears)
      throw new AppError('not-found', 'There is no microphone, and consent is spoken.', {
        way: 'Connect one, then try again.',
      });
    this.#metering = setInterval(() => (this.level = camera.level()), LEVEL_EVERY_MS);
    this.step = { kind: 'camera', camera };
  }

  #closeCamera(): void {
    clearInterval(this.#metering);
    this.#camera?.close();
    this.#camera = null;
    this.level = 0;
  }

  async #awaitDecision(id: string, mine: () => boolean): Promise<void> {
    const { client, shelf, receipts } = this.#parts;
    for (;;) {
      const consent = await client
        .call('GET /api/consents/{id}', { path: { id } })
        .catch((error: unknown) => {
          // It is checked whether or not it is watched.
          if (toAppError(error).code === 'network') return null;
          throw error;
        });
      if (!mine()) return;
      if (consent && consent.state !== 'checking') {
        const receipt = readReceipt(consent.receipt);
        if (receipt) {
          await shelf.keep([receipt]);
          await receipts.refresh();
          await receipts.look();
        }
        if (mine()) this.step = { kind: 'result', consent };
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async #guarded(work: (mine: () => boolean) => Promise<void>): Promise<void> {
    const turn = this.#turn;
    const mine = () => turn === this.#turn;
    try {
      await work(mine);
    } catch (error) {
      if (mine() && !isCancelled(error)) this.#fail(toAppError(error));
    }
  }

  #fail(error: AppError): void {
    this.#turn++;
    this.#take?.cancel();
    this.#take?.done.catch(() => undefined);
    this.#take = null;
    this.#closeCamera();
    this.progress = NOTHING;
    this.step = error.code === 'signed-out' ? { kind: 'sign-in' } : { kind: 'failed', error };
  }
}

function partsOf(presenter: PresenterRow['presenter']): PresenterParts {
  if (presenter.kind === 'photo') {
    const { kind, fit, picture, person, plate } = presenter;
    return { kind, fit, picture, person, plate };
  }
  const { kind, fit, film, mouths } = presenter;
  return { kind, fit, film, mouths };
}

/** What shows whose face the presenter has, by what the server calls it. */
function drawnFrom(presenter: PresenterRow['presenter']) {
  if (presenter.kind === 'footage') return [['film', presenter.film]] as const;
  const { picture, person, plate } = presenter;
  return [
    ['picture', picture],
    ['person', person],
    ['plate', plate],
  ] as const;
}

/** What of a camera's settings can be sent. */
function plain(settings: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(settings).slice(0, 60))
    if (typeof value === 'string') kept[name] = value.slice(0, 200);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  return kept;
}
