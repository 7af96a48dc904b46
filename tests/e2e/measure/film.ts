/** What every film of ours must be, whoever made it and however often it was interrupted. */
import { expect } from 'vitest';
import { loudness, probe, streamOf, type Probed } from '../harness/film.ts';
import { decoderComplaints, frameTimesS, topBoxes } from './file.ts';
import { lookAtFrames, type FrameLook } from './picture.ts';

export interface Wanted {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rateFps: number;
  /** How long the speech is; null where nobody knows. The film is the same within a frame a shot. */
  readonly speechS: number | null;
  readonly shots?: number;
}

export interface Checked {
  readonly probed: Probed;
  readonly looks: readonly FrameLook[];
  readonly integratedLufs: number;
  readonly durationS: number;
}

/** Below this nothing can be seen; our emptiest background still has a presenter in front of it. */
const LEAST_CONTRAST = 10;
/** Of the picture's pixels, between neighbouring frames of someone who speaks, or only breathes. */
const LEAST_MOVED = 0.0002;
const MOST_TEAR = 8;

/** H.264 and AAC in an MP4 that starts at once, without a warning; of the right size, pace, length and loudness. */
export async function expectGoodFile(path: string, wanted: Wanted): Promise<Checked> {
  const probed = await probe(path);
  expect(probed.warnings).toEqual([]);
  expect(await decoderComplaints(path)).toEqual([]);
  const video = streamOf(probed, 'video');
  const rate = `${wanted.rateFps}/1`;
  expect(video).toMatchObject({
    codec_name: 'h264',
    pix_fmt: 'yuv420p',
    width: wanted.widthPx,
    height: wanted.heightPx,
    color_range: 'tv',
    color_space: 'bt709',
    color_transfer: 'bt709',
    color_primaries: 'bt709',
    r_frame_rate: rate,
    avg_frame_rate: rate,
  });
  const audio = streamOf(probed, 'audio');
  expect(audio).toMatchObject({ codec_name: 'aac', sample_rate: '48000' });
  const boxes = await topBoxes(path);
  expect(boxes.indexOf('moov'), `faststart: ${boxes.join(' ')}`).toBeLessThan(boxes.indexOf('mdat'));
  await expectEvenTimes(path, wanted.rateFps);

  const frameS = 1 / wanted.rateFps;
  const durationS = Number(video.duration);
  expect(Number(video.start_time)).toBe(0);
  expect(Math.abs(Number(audio.start_time))).toBeLessThan(0.002);
  expect(Math.abs(Number(audio.duration) - durationS)).toBeLessThanOrEqual(frameS);
  if (wanted.speechS !== null)
    expect(Math.abs(durationS - wanted.speechS)).toBeLessThanOrEqual(frameS * (wanted.shots ?? 1) + 0.001);
  const { integratedLufs } = await loudness(path);
  expect(Math.abs(integratedLufs + 14)).toBeLessThanOrEqual(1);
  const looks = await lookAtFrames(path);
  expectWholeFrames(looks);
  return { probed, looks, integratedLufs, durationS };
}

async function expectEvenTimes(path: string, rateFps: number): Promise<void> {
  const times = await frameTimesS(path);
  const wrong = times.filter((timeS, index) => Math.abs(timeS - index / rateFps) > 0.001);
  expect(wrong).toEqual([]);
}

/** No frame is blank, torn, or the one before it once more. Neighbouring shots share one pose at their seam. */
function expectWholeFrames(looks: readonly FrameLook[]): void {
  expect(looks.length).toBeGreaterThan(10);
  expect(looks.filter(({ contrast }) => contrast < LEAST_CONTRAST)).toEqual([]);
  expect(looks.filter(({ tear }) => tear > MOST_TEAR)).toEqual([]);
  const still = looks.filter(({ moved }) => moved < LEAST_MOVED);
  expect(still.length, `stills at ${still.map(({ index }) => index).join(' ')}`).toBeLessThanOrEqual(0);
}
