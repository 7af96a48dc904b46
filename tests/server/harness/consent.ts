/**
 * A consent recorded over the real routes, on a clock that the test turns. What is recorded are bytes; how they would
 * decode, and the checks that look at pictures and hear sound, are the test's own and given by constructor. The chain, the
 * clock, the limits and the check of the chunks are the real ones.
 */
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import type { ConsentSessionId } from '#core/policy/consent/challenge.ts';
import { CHECKS, type CheckId, type CheckResult } from '#core/policy/consent/checks.ts';
import { chunksCheck } from '#server/services/consent/checks/sound/chunks.ts';
import type { ConsentCheck, EvidenceFilm } from '#server/services/consent/evidence.ts';
import type { Decoder } from '#server/services/consent/decoder.ts';
import { openTrust, type Asker, type Trust, type TrustOptions } from './trust.ts';

export const CHUNK_MS = 1000;
const WAY_MS = 150;

export interface Clock {
  now(): number;
  pass(ms: number): void;
}
export function clockFrom(atMs = Date.parse('2031-03-01T10:00:00Z')): Clock {
  let now = atMs;
  return { now: () => now, pass: (ms) => void (now += ms) };
}

/** Each chunk carries a second; there is nothing to be seen or heard. */
export const BLIND: Decoder = {
  recording: (received) =>
    Promise.resolve({
      film: filmOf(received.chunks.length),
      chunks: received.chunks.map((chunk, i) => ({ ...chunk, fromS: i, untilS: i + 1 })),
      recording: { chunk: (i) => received.read(i), frameTimesS: [] },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  picture: () => Promise.resolve({ film: filmOf(0), [Symbol.asyncDispose]: () => Promise.resolve() }),
};
function filmOf(durationS: number): EvidenceFilm {
  return { durationS, sound: { samples: new Float32Array() }, async *frames() {} };
}

/** Every check but the real one of the chunks answers this, unless `said` has something else. */
export function saying(said: Partial<Record<CheckId, CheckResult['outcome']>> = {}): readonly ConsentCheck[] {
  const others = CHECKS.filter((check) => check !== 'chunks');
  return [
    chunksCheck,
    {
      answers: others,
      run: () =>
        Promise.resolve(
          others.map((check) => {
            const outcome = said[check] ?? 'passed';
            return {
              check,
              outcome,
              score: 1,
              threshold: 0.5,
              unit: 'test',
              reason: `${check}: ${outcome}.`,
            };
          }),
        ),
    },
  ];
}

/** There is nothing to know the pictures by. */
export const UNSEEN = () => Promise.resolve(null);

export interface ConsentTrust extends Trust {
  readonly clock: Clock;
}
export async function openConsentTrust(
  options: TrustOptions & { readonly checks?: () => readonly ConsentCheck[] } = {},
): Promise<ConsentTrust> {
  const clock = clockFrom();
  const { checks = () => saying(), ...rest } = options;
  const trust = await openTrust({
    host: clock,
    consent: { decoder: BLIND, checks: () => Promise.resolve({ list: checks(), pictures: UNSEEN }) },
    ...rest,
  });
  return { ...trust, clock };
}

export const PICTURE = new TextEncoder().encode('the photo of someone');
/** PNG by its first bytes. */
export const PERSON = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...new TextEncoder().encode('the someone of it, cut out'),
]);
export const PLATE = new TextEncoder().encode('what was behind them');
const hash = (digit: string) => digit.repeat(64);
export async function wishOf(over: Record<string, unknown> = {}): Promise<object> {
  return {
    presenter: {
      kind: 'photo',
      fit: hash('a'),
      picture: await sha256Hex(PICTURE),
      person: await sha256Hex(PERSON),
      plate: await sha256Hex(PLATE),
    },
    presenterName: 'Ada',
    language: 'en',
    scope: { uses: ['own-films', 'distribution'], languages: ['en'], until: '2033-01-01T00:00:00.000Z' },
    ...over,
  };
}

export const HINTS = { cameraLabel: 'HD Webcam', settings: { width: 640, height: 480 }, webdriver: false };

export interface View {
  readonly id: string;
  readonly state: string;
  readonly results: readonly CheckResult[];
  readonly link: string | null;
  readonly receipt: { readonly id: string; readonly presenter: string } | null;
  readonly receiptId: string | null;
  readonly mediaDeleteAt: string | null;
  readonly mediaDeletedAt: string | null;
  readonly revokedAt: string | null;
}
export interface PromptsView {
  readonly nowMs: number;
  readonly endsAtMs: number;
  readonly nextAtMs: number | null;
  readonly shown: readonly { readonly kind: string; readonly index: number; readonly words?: string[] }[];
}

/** Someone who records, as the studio does. */
export class Recorder {
  readonly trust: ConsentTrust;
  readonly who: Asker;
  readonly id: string;
  chain: AssetHash;
  next = 0;
  endsAtMs = 0;
  readonly sent: { readonly before: AssetHash; readonly bytes: Uint8Array }[] = [];

  private constructor(trust: ConsentTrust, who: Asker, id: string, chain: AssetHash) {
    this.trust = trust;
    this.who = who;
    this.id = id;
    this.chain = chain;
  }

  static async begin(trust: ConsentTrust, who: Asker, over: Record<string, unknown> = {}): Promise<Recorder> {
    const begun = await trust.ask<View>(who, 'POST', '/api/consents', await wishOf(over));
    if (begun.status !== 201) throw new Error(`not begun: ${JSON.stringify(begun.body)}`);
    const { id } = begun.body;
    return new Recorder(trust, who, id, await chainStart(id as ConsentSessionId));
  }
  static async started(
    trust: ConsentTrust,
    who: Asker,
    over: Record<string, unknown> = {},
  ): Promise<Recorder> {
    const recorder = await Recorder.begin(trust, who, over);
    await recorder.sendParts();
    const { body } = await recorder.ask<PromptsView>('POST', 'start', HINTS);
    recorder.endsAtMs = body.endsAtMs;
    return recorder;
  }

  /** Everything that a photo is drawn from. */
  async sendParts(picture: Uint8Array = PICTURE): Promise<void> {
    for (const [part, bytes] of [
      ['picture', picture],
      ['person', PERSON],
      ['plate', PLATE],
    ] as const) {
      const { status, body } = await this.ask('PUT', `parts/${part}`, bytes);
      if (status !== 200) throw new Error(`${part} was not taken: ${JSON.stringify(body)}`);
    }
  }
  ask<T = unknown>(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
    const who = { ...this.who, headers: { ...this.who.headers, ...headers } };
    return this.trust.ask<T>(who, method, `/api/consents/${this.id}${path === '' ? '' : `/${path}`}`, json);
  }
  /** A chunk as it is, with the clock as it is. */
  put(index: number, before: string, bytes: Uint8Array) {
    return this.ask('PUT', `chunks/${index}`, bytes, { 'X-Chain-Before': before });
  }
  /** The next second of the recording. */
  async second(bytes: Uint8Array<ArrayBuffer> = someBytes(this.next), afterMs = CHUNK_MS) {
    this.trust.clock.pass(afterMs + (this.next === 0 ? WAY_MS : 0));
    const answer = await this.put(this.next, this.chain, bytes);
    this.sent.push({ before: this.chain, bytes });
    this.chain = await chainNext(this.chain, bytes);
    this.next++;
    return answer;
  }
  /** All seconds that are left. */
  async rest(): Promise<void> {
    const seconds = Math.ceil(this.endsAtMs / CHUNK_MS);
    while (this.next < seconds) {
      const { status, body } = await this.second();
      if (status !== 200) throw new Error(`chunk ${this.next - 1}: ${status} ${JSON.stringify(body)}`);
    }
  }
  finish(over: object = {}) {
    return this.ask<View>('POST', 'finish', { chunks: this.next, chainHead: this.chain, ...over });
  }
  /** Recorded to the end, checked, and decided. */
  async decided(): Promise<View> {
    await this.rest();
    const { status, body } = await this.finish();
    if (status !== 202) throw new Error(`not finished: ${JSON.stringify(body)}`);
    await this.trust.services.consents.idle();
    return this.view();
  }
  async view(): Promise<View> {
    return (await this.ask<View>('GET', '')).body;
  }
}

export function someBytes(seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 400 }, (_, i) => (i * 31 + seed * 17) % 256);
}
