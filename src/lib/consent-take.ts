/**
 * A consent while it is recorded: the server's prompts as they fall due, and the recording on its way, piece by piece, each
 * hashed with the last. The server's clock counts; here it is only followed. A network that stalls is waited for as long as
 * it makes sense, and told meanwhile.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import type { ConsentSessionId } from '#core/policy/consent/challenge.ts';
import type { Camera, LiveTake } from './camera.ts';
import type { ConsentPrompt, ConsentPrompts, ServerClient } from './api/client.ts';

export interface TakeSigns {
  /** What is to be done now, and until when, milliseconds of the session; null: wait. */
  onPrompt(prompt: ConsentPrompt | null): void;
  onTime(nowMs: number, endsAtMs: number): void;
  onSent(pieces: number, waiting: number): void;
  /** The network has stalled, or goes on. */
  onStall(stalled: boolean): void;
  /** The recorder falls behind: this device has too much to do. It is told so, while something can be done about it. */
  onSlow(): void;
}

export interface ConsentTake {
  /** The recording has ended and every piece is on the server. @throws AppError */
  readonly done: Promise<{ readonly chunks: number; readonly chainHead: AssetHash }>;
  cancel(): void;
}

const TICK_MS = 50;
/** The server takes nothing after a silence of ten seconds; soon after, there is nothing to be saved. */
const GIVE_UP_MS = 12_000;
const AGAIN_MS = 400;
const STALLED_MS = 2500;
/** A recorder gives a piece each second. Two and a half without one is what the server begins to doubt. */
const SLOW_MS = 2500;

/** @param first what the server answered when the clock was started; @param atMs when, on this page's clock */
export function takeConsent(
  client: ServerClient,
  camera: Camera,
  id: string,
  first: ConsentPrompts,
  signs: TakeSigns,
): ConsentTake {
  const stop = new AbortController();
  const feed = new PromptFeed(client, id, first, stop.signal);
  const line = new UploadLine(client, id, signs, stop.signal);
  const take: LiveTake = camera.recordLive((piece) => line.push(piece));
  const run = async () => {
    try {
      await Promise.race([feed.follow(signs), line.failed]);
      await take.finish();
      return await Promise.race([line.end(), line.failed]);
    } finally {
      stop.abort();
      void take.finish();
      signs.onPrompt(null);
      signs.onStall(false);
    }
  };
  return {
    done: run(),
    cancel: () => stop.abort(),
  };
}

class PromptFeed {
  readonly #ask: () => Promise<ConsentPrompts>;
  readonly #signal: AbortSignal;
  #known: ConsentPrompts;
  /** This page's clock when the session began. */
  #beganMs: number;

  constructor(client: ServerClient, id: string, first: ConsentPrompts, signal: AbortSignal) {
    this.#ask = () => client.call('GET /api/consents/{id}/prompts', { path: { id } }, signal);
    this.#signal = signal;
    this.#known = first;
    this.#beganMs = performance.now() - first.nowMs;
  }

  /** Until the end of the session. */
  async follow(signs: TakeSigns): Promise<void> {
    let asking: Promise<void> | null = null;
    let shown = -1;
    for (;;) {
      if (this.#signal.aborted) throw new AppError('cancelled', 'Stopped.');
      const nowMs = performance.now() - this.#beganMs;
      signs.onTime(nowMs, this.#known.endsAtMs);
      if (nowMs >= this.#known.endsAtMs) return;
      const { nextAtMs } = this.#known;
      if (nextAtMs !== null && nowMs >= nextAtMs && asking === null)
        // A question that is lost is asked again at the next tick; the upload tells of the network.
        asking = this.#refresh().finally(() => (asking = null));
      const last = this.#known.shown.at(-1) ?? null;
      const due = last && nowMs < last.shownAtMs + last.forMs ? last : null;
      const index = due?.index ?? -1;
      if (index !== shown) signs.onPrompt(due);
      shown = index;
      await wait(TICK_MS);
    }
  }

  async #refresh(): Promise<void> {
    const askedMs = performance.now();
    try {
      this.#known = await this.#ask();
      // The answer was made somewhere between the question and now.
      this.#beganMs = (askedMs + performance.now()) / 2 - this.#known.nowMs;
    } catch (error) {
      if (toAppError(error).code !== 'network') throw error;
      await wait(AGAIN_MS);
    }
  }
}

/** Pieces in their order, one at a time; each is tried again until it is there. */
class UploadLine {
  /** Never resolves; rejects when a piece cannot be brought to the server. */
  readonly failed: Promise<never>;
  readonly #client: ServerClient;
  readonly #id: string;
  readonly #signs: TakeSigns;
  readonly #signal: AbortSignal;
  #chain: Promise<AssetHash>;
  #made = 0;
  #sent = 0;
  #madeAtMs = performance.now();
  #fail: (error: unknown) => void = () => undefined;

  constructor(client: ServerClient, id: string, signs: TakeSigns, signal: AbortSignal) {
    this.#client = client;
    this.#id = id;
    this.#signs = signs;
    this.#signal = signal;
    this.#chain = chainStart(id as ConsentSessionId);
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined); // told to whoever waits
  }

  push(piece: Blob): void {
    const nowMs = performance.now();
    if (nowMs - this.#madeAtMs > SLOW_MS) this.#signs.onSlow();
    this.#madeAtMs = nowMs;
    const index = this.#made++;
    const next = this.#chain.then(async (before) => {
      const bytes = new Uint8Array(await piece.arrayBuffer());
      await this.#send(index, before, piece);
      this.#signs.onSent(++this.#sent, this.#made - this.#sent);
      return chainNext(before, bytes);
    });
    next.catch((error: unknown) => this.#fail(error));
    this.#chain = next;
  }

  async end(): Promise<{ readonly chunks: number; readonly chainHead: AssetHash }> {
    return { chainHead: await this.#chain, chunks: this.#made };
  }

  async #send(index: number, before: AssetHash, body: Blob): Promise<void> {
    const sinceMs = performance.now();
    const late = setTimeout(() => this.#signs.onStall(true), STALLED_MS);
    try {
      for (;;)
        try {
          const path = { id: this.#id, index };
          const header = { 'x-chain-before': before };
          const one = AbortSignal.any([this.#signal, AbortSignal.timeout(GIVE_UP_MS)]);
          await this.#client.call('PUT /api/consents/{id}/chunks/{index}', { path, header, body }, one);
          return;
        } catch (error) {
          if (this.#signal.aborted) throw new AppError('cancelled', 'Stopped.', { cause: error });
          const { code } = toAppError(error);
          const passes = code === 'network' || code === 'busy' || code === 'cancelled';
          if (!passes) throw error;
          if (performance.now() - sinceMs > GIVE_UP_MS)
            throw new AppError('network', 'The connection was lost for too long.', {
              cause: error,
              way: 'A consent is recorded in one go: begin again when you are connected.',
            });
          this.#signs.onStall(true);
          await wait(AGAIN_MS);
        }
    } finally {
      clearTimeout(late);
      this.#signs.onStall(false);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
