/** Test help: evidence put together from a sound, pictures and a clock, with a real chain over real bytes. */
import type { AssetHash } from '#core/base/ids.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import type { ConsentPrompt, ConsentSessionId } from '#core/policy/consent/challenge.ts';
import type {
  ConsentEvidence,
  EvidenceChunk,
  EvidenceFilm,
  EvidenceFrame,
} from '#server/services/consent/evidence.ts';

export const SESSION = 'session-of-a-test' as ConsentSessionId;
export const RATE_HZ = 16_000;

export interface MadeSession {
  readonly language?: string;
  readonly prompts?: readonly ConsentPrompt[];
  readonly samples?: Float32Array;
  readonly durationS?: number;
  /** Milliseconds of the session at which recording began. */
  readonly beganMs?: number;
  /** Seconds that a chunk is on its way. */
  readonly delayS?: (chunk: number) => number;
  readonly chunkS?: number;
  readonly frames?: readonly EvidenceFrame[];
  readonly frameTimesS?: readonly number[];
  readonly presenter?: EvidenceFilm;
  readonly earlier?: ConsentEvidence['earlier'];
}

export function filmOf(
  samples: Float32Array,
  frames: readonly EvidenceFrame[] = [],
  durationS?: number,
): EvidenceFilm {
  return {
    durationS: durationS ?? samples.length / RATE_HZ,
    sound: { samples },
    async *frames(everyS) {
      let next = -Infinity;
      for (const frame of frames) {
        await Promise.resolve();
        if (frame.timeS < next) continue;
        next = frame.timeS + everyS;
        yield frame;
      }
    },
  };
}

export async function evidenceOf(
  session: MadeSession,
): Promise<ConsentEvidence & { readonly bytes: Uint8Array<ArrayBuffer>[] }> {
  const { samples = new Float32Array(), beganMs = 400, chunkS = 1, delayS = () => 0.15 } = session;
  const durationS = session.durationS ?? samples.length / RATE_HZ;
  const bytes: Uint8Array<ArrayBuffer>[] = [];
  const chunks: EvidenceChunk[] = [];
  let hash: AssetHash = await chainStart(SESSION);
  let receivedAtMs = 0;
  for (let index = 0; index * chunkS < durationS; index++) {
    const data = Uint8Array.from({ length: 500 + index }, (_, i) => (i * 7 + index * 31) % 256);
    bytes.push(data);
    hash = await chainNext(hash, data);
    const untilS = Math.min(durationS, (index + 1) * chunkS);
    receivedAtMs = Math.max(receivedAtMs, beganMs + 1000 * (untilS + delayS(index)));
    chunks.push({ index, receivedAtMs, bytes: data.length, hash, fromS: index * chunkS, untilS });
  }
  return {
    bytes,
    sessionId: SESSION,
    challenge: { language: session.language ?? 'en', prompts: session.prompts ?? [] },
    film: filmOf(samples, session.frames, durationS),
    chunks,
    recording: {
      chunk: (index) => Promise.resolve(bytes[index] as Uint8Array<ArrayBuffer>),
      frameTimesS: session.frameTimesS ?? [],
    },
    hints: {
      cameraLabel: 'HD Webcam (0408:a061)',
      settings: { width: 1280, height: 720, deviceId: 'a1' },
      webdriver: false,
    },
    presenter: session.presenter ?? filmOf(new Float32Array()),
    drawn: null,
    earlier: session.earlier ?? { async *all() {} },
  };
}

/** Sounds laid one after the other at their times. */
export function laid(
  durationS: number,
  parts: readonly (readonly [atS: number, pcm: Float32Array])[],
): Float32Array {
  const out = new Float32Array(Math.round(durationS * RATE_HZ));
  for (const [atS, pcm] of parts) {
    const from = Math.round(atS * RATE_HZ);
    for (let i = 0; i < pcm.length && from + i < out.length; i++)
      out[from + i] = (out[from + i] as number) + (pcm[i] as number);
  }
  return out;
}
