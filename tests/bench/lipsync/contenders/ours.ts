/**
 * Our own: what the lip-sync network hears in the sound, through the same listener and motion stage as in the product,
 * on onnxruntime-node. Once for each stored precision, to show what quantization costs, and once more with the aligned
 * phones beside it, as for a recording whose script is known.
 */
import { loadManifest } from '#core/model/files.ts';
import type { ModelManifest } from '#core/model/manifest.ts';
import type { ModelPrecision } from '#core/model/runtime.ts';
import { animate } from '#core/motion/animate.ts';
import { decodePhones } from '#core/speech/listen/decode-phones.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { createListener } from '#core/speech/listen/listener.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { diskModelFiles, FULL_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import type { Contender, Sound } from '../contender.ts';
import { SAMPLE_RATE_HZ } from '../film.ts';
import { lipsOf, paragraphOf, rateOf, speechTrackOf } from './phones.ts';

/** The promise of the issue is made for two threads. */
const THREADS = 2;
const files = diskModelFiles(FULL_MODELS);

/** Opened when it is first asked, and kept. */
function ears(manifest: ModelManifest, precision: ModelPrecision) {
  const runtime = ortNodeRuntime({ files, threads: THREADS });
  let listener: Promise<SpeechListener> | null = null;
  return {
    listen: async ({ pcm }: Sound) => {
      listener ??= runtime
        .open(manifest, { precisions: [precision] })
        .then((session) => createListener(session, manifest.version));
      return (await listener).listen(pcm, SAMPLE_RATE_HZ);
    },
    close: () => runtime.close(),
  };
}

function heardContender(manifest: ModelManifest, precision: ModelPrecision, withPhones: boolean): Contender {
  const { listen, close } = ears(manifest, precision);
  const size = manifest.variants.find((variant) => variant.precision === precision)?.bytes ?? NaN;
  return {
    name: withPhones ? `ours with aligned phones` : `ours, ${precision}`,
    note: `lipsync ${manifest.version}, ${precision} (${(size / 1e6).toFixed(2)} MB), ${String(THREADS)} threads of onnxruntime-node, motion included`,
    needsText: withPhones,
    timed: true,
    predict: async (sound) => {
      const startedMs = performance.now();
      const heard = await listen(sound);
      const listenS = (performance.now() - startedMs) / 1000;
      const speech: SpeechTrack =
        withPhones && sound.said
          ? { ...speechTrackOf(sound, sound.said), heard }
          : {
              sampleRateHz: SAMPLE_RATE_HZ,
              pcm: sound.pcm,
              durationS: sound.pcm.length / SAMPLE_RATE_HZ,
              words: [],
              phones: decodePhones(heard),
              gestures: [],
              heard,
            };
      const shot = { paragraph: paragraphOf(sound), rate: rateOf(sound.fps) };
      return { ...lipsOf(animate(speech, shot), sound.frames), listenS };
    },
    close,
  };
}

/** The one that browsers load first. Empty where no model is stored. */
export async function ourContenders(): Promise<Contender[]> {
  const manifest = await loadManifest(files, LIPSYNC.id);
  const stored = (['int8', 'fp32', 'fp16'] as const).filter((precision) =>
    manifest.variants.some((variant) => variant.precision === precision),
  );
  const [first] = stored;
  return [
    ...stored.map((precision) => heardContender(manifest, precision, false)),
    ...(first ? [heardContender(manifest, first, true)] : []),
  ];
}
