/**
 * A presenter's face in a finished film, found and followed as any face would be: by the networks that see, run in
 * Node on decoded frames. Whether the mouth goes with the voice is then a matter of two curves.
 */
import { createFollower } from '#core/track/follow.ts';
import { measureOf, type FootageTrack } from '#core/track/footage-track.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { frames, sound } from '../harness/film.ts';
import { bestLag, type Lag } from './correlate.ts';
import { vowelBand } from './voice.ts';

export interface SeenFilm {
  readonly track: FootageTrack;
  /** Frames in which the face was seen well, of all. */
  readonly seen: number;
  /** How far the mouth opens at most, and how far it usually is shut: over the face's height. */
  readonly widest: number;
  readonly shut: number;
  /** How the mouth's opening goes with the voice. */
  readonly lag: Lag;
}

export async function followFilm(path: string, rateFps: number, widthPx = 960): Promise<SeenFilm> {
  const files = diskModelFiles();
  const tools = await openFaceTools(ortNodeRuntime({ files }), files);
  try {
    let follower: ReturnType<typeof createFollower> | null = null;
    for await (const frame of frames(path, { widthPx })) {
      const shape = { widthPx: frame.widthPx, heightPx: frame.heightPx };
      follower ??= createFollower(tools, { rate: { num: rateFps, den: 1 }, ...shape });
      await follower.look({ ...shape, rgba: new Uint8ClampedArray(frame.rgba) });
    }
    if (!follower) throw new Error('The film has no frames.');
    const { track } = await follower.finish();
    const opening = [...measureOf(track, 'mouthOpening')];
    const sorted = opening.toSorted((a, b) => a - b);
    const band = vowelBand(await sound(path, 16_000), 16_000);
    const loudness = (timeS: number) => 10 ** (band.levelDb(timeS, 0.04) / 20);
    return {
      track,
      seen: track.seen.reduce((sum, one) => sum + one, 0) / track.frameCount,
      widest: sorted.at(-1) ?? 0,
      shut: sorted[Math.floor(sorted.length * 0.1)] ?? 0,
      lag: bestLag(opening, loudness, rateFps).best,
    };
  } finally {
    await tools.close();
  }
}
