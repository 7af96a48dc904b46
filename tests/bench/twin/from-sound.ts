/**
 * What the lips of the held frames do by their sound alone: the lip-sync model hears the film, the motion stage moves
 * anyone's face to it, and the style of the fitted part makes this person's lips of that. The lips of the held frames
 * are not looked at.
 */
import { openListener } from '#core/speech/listen/open-listener.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { fitStyle, motionOf } from '#core/presenter/footage/style/fit-style.ts';
import { styleTargets } from '#core/presenter/footage/style/targets.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { readSound, SAMPLE_RATE_HZ } from '../lipsync/film.ts';
import type { FittedClip } from './refit.ts';

export function openEars(): Promise<SpeechListener> {
  const files = diskModelFiles();
  return openListener(ortNodeRuntime({ files }), files);
}

/** @returns held frames × dimensions */
export async function targetsFromSound(
  listener: SpeechListener,
  { clip, film, held, bank }: FittedClip,
): Promise<Float32Array<ArrayBuffer>> {
  const heard = await listener.listen(await readSound(clip.path), SAMPLE_RATE_HZ);
  const { track } = film;
  const dimensions = bank.space.spread.length;
  const fitted = { space: bank.space, coefficients: bank.coefficients.slice(0, held * dimensions) };
  const style = fitStyle({ ...track, frameCount: held }, fitted, null, heard);
  const all = styleTargets(style, bank.space, motionOf(heard, track));
  const frames = all.length / dimensions;
  // The motion may last a frame less or more than the film.
  return Float32Array.from({ length: (track.frameCount - held) * dimensions }, (_, k) => {
    const frame = Math.min(frames - 1, held + Math.floor(k / dimensions));
    return all[frame * dimensions + (k % dimensions)]!;
  });
}
