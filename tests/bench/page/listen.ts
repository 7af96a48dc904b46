/**
 * How fast sounds are listened to: the model alone, the whole way from samples to steps, and a stream of pieces as a
 * microphone gives them. The same measuring in Chromium and in Node; the host brings the opened model.
 */
import { seededRandom } from '#core/base/hashing.ts';
import type { ModelManifest } from '#core/model/manifest.ts';
import type { ModelSession } from '#core/model/runtime.ts';
import { noise } from '#core/model/tensor.ts';
import { HEARD_RATE_HZ } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { createListener, LONGEST_RUN_COLUMNS } from '#core/speech/listen/listener.ts';
import { MEL } from '#core/speech/listen/mel.ts';
import type { ListenFigures } from './protocol.ts';

const SAMPLE_RATE_HZ = 16_000;
/** What an AudioWorklet hands over is 128 samples; microphones are read in about this much. */
const PIECE_S = 0.02;
/** Browsers run new code slowly at first. */
const WARM_ROUNDS = 10;
const MODEL_ROUNDS = 15;

export interface OpenedModel {
  readonly manifest: ModelManifest;
  readonly session: ModelSession;
  readonly openMs: number;
}

export async function measureListening(
  { manifest, session, openMs }: OpenedModel,
  seconds: number,
): Promise<ListenFigures> {
  const mel = noise([1, MEL.bands, LONGEST_RUN_COLUMNS]);
  const modelSeconds =
    (LONGEST_RUN_COLUMNS - LIPSYNC.leftColumns - LIPSYNC.rightColumns) /
    LIPSYNC.columnsPerStep /
    HEARD_RATE_HZ;
  const coldMs = await timed(() => session.run({ mel }));
  for (let round = 0; round < WARM_ROUNDS && coldMs < 500; round++) await session.run({ mel });
  const modelMs: number[] = [];
  for (let round = 0; round < MODEL_ROUNDS; round++) modelMs.push(await timed(() => session.run({ mel })));

  const listener = createListener(session, manifest.version);
  const sound = buzz(seconds);
  await listener.listen(buzz(1), SAMPLE_RATE_HZ);
  const wholeMs = await timed(() => listener.listen(sound, SAMPLE_RATE_HZ));

  const stream = listener.open(SAMPLE_RATE_HZ);
  const piece = Math.round(PIECE_S * SAMPLE_RATE_HZ);
  const pushMs: number[] = [];
  let first: { readonly soundMs: number; readonly pushMs: number } | null = null;
  let latencyMs = 0;
  let steps = 0;
  for (let at = 0; at + piece <= sound.length; at += piece) {
    const from = performance.now();
    const heard = await stream.push(sound.slice(at, at + piece));
    const ms = performance.now() - from;
    const soundMs = ((at + piece) / SAMPLE_RATE_HZ) * 1000;
    pushMs.push(ms);
    if (heard.steps > 0) {
      first ??= { soundMs, pushMs: ms };
      // The oldest step of this answer has waited longest: from its middle until now.
      latencyMs = Math.max(latencyMs, soundMs - ((steps + 0.5) / HEARD_RATE_HZ) * 1000);
    }
    steps += heard.steps;
  }
  stream.close();
  await session.close();
  return {
    summary: session.placement.summary,
    steady: session.placement.steady,
    openMs,
    modelSeconds,
    modelMs,
    wholeSeconds: seconds,
    wholeMs,
    pieceMs: PIECE_S * 1000,
    pushMs,
    first: first ?? { soundMs: Infinity, pushMs: Infinity },
    waitMs: latencyMs,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Something like a voice that says nothing: what is in a sound makes no difference to how long it takes. */
function buzz(seconds: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(7);
  return Float32Array.from({ length: seconds * SAMPLE_RATE_HZ }, (_, i) => {
    const t = i / SAMPLE_RATE_HZ;
    const loud = 0.5 + 0.5 * Math.sin(2 * Math.PI * 3 * t);
    return loud * (0.3 * Math.sin(2 * Math.PI * 120 * t) + 0.05 * (2 * random() - 1));
  });
}
