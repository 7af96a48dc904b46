/** What every film of ours must be, whoever made it and however often it was interrupted. */
import assert from 'node:assert/strict';
import { loudness, probe, streamOf, type Probed } from '../harness/film.ts';
import { decoderComplaints, frameTimesS, topBoxes } from './file.ts';
import { lookAtFrames, type FrameLook } from './picture.ts';

export interface Wanted {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rateFps: number;
  /** How long each paragraph takes to say; each is a shot of whole frames. Null where nobody knows. */
  readonly shotsS: readonly number[] | null;
  /** So many frames before and after a seam may hardly move; default 2. */
  readonly restFrames?: number;
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
const LEAST_MOVED = 0.0005;
const MOST_TEAR = 8;

/**
 * H.264 and AAC in an MP4 that starts at once, without a warning; of the right size, pace, length and loudness.
 * Plain assertions, so that the soak can ask too.
 */
export async function expectGoodFile(path: string, wanted: Wanted): Promise<Checked> {
  const probed = await probe(path);
  assert.deepEqual(probed.warnings, []);
  assert.deepEqual(await decoderComplaints(path), []);
  const { durationS } = expectStreams(probed, wanted);
  const boxes = await topBoxes(path);
  assert.ok(boxes.indexOf('moov') < boxes.indexOf('mdat'), `faststart: ${boxes.join(' ')}`);
  await expectEvenTimes(path, wanted.rateFps);
  const { integratedLufs } = await loudness(path);
  assert.ok(Math.abs(integratedLufs + 14) <= 1, `${integratedLufs} LUFS`);
  const looks = await lookAtFrames(path);
  expectWholeFrames(looks, restingFrames(wanted, looks.length));
  return { probed, looks, integratedLufs, durationS };
}

function expectStreams(probed: Probed, wanted: Wanted): { readonly durationS: number } {
  const video = streamOf(probed, 'video');
  const rate = `${wanted.rateFps}/1`;
  const facts = {
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
  } as const;
  const seen = Object.fromEntries(
    Object.keys(facts).map((name) => [name, video[name as keyof typeof facts]]),
  );
  assert.deepEqual(seen, facts);
  const audio = streamOf(probed, 'audio');
  assert.deepEqual([audio.codec_name, audio.sample_rate], ['aac', '48000']);

  const frameS = 1 / wanted.rateFps;
  const durationS = Number(video.duration);
  assert.equal(Number(video.start_time), 0);
  assert.ok(Math.abs(Number(audio.start_time)) < 0.002, `sound starts at ${audio.start_time ?? '?'}`);
  const apart = Math.abs(Number(audio.duration) - durationS);
  assert.ok(apart <= frameS, `sound and picture end ${apart} s apart`);
  if (wanted.shotsS !== null) {
    const speechS = wanted.shotsS.reduce((sum, length) => sum + length, 0);
    const off = Math.abs(durationS - speechS);
    assert.ok(off <= frameS * wanted.shotsS.length + 0.001, `${durationS} s of film, ${speechS} s of speech`);
  }
  return { durationS };
}

async function expectEvenTimes(path: string, rateFps: number): Promise<void> {
  const times = await frameTimesS(path);
  const wrong = times.filter((timeS, index) => Math.abs(timeS - index / rateFps) > 0.001);
  assert.deepEqual(wrong, []);
}

/** Frames about the seams and the ends: shots leave one pose and come to rest in it, slowly, so little may move. */
function restingFrames({ shotsS, rateFps, restFrames = 2 }: Wanted, frameCount: number): ReadonlySet<number> {
  const seams = [0];
  for (const lengthS of shotsS ?? []) seams.push((seams.at(-1) ?? 0) + Math.ceil(lengthS * rateFps - 1e-6));
  if (shotsS === null) seams.push(frameCount);
  const about = Array.from({ length: 2 * restFrames + 1 }, (_, i) => i - restFrames);
  return new Set(seams.flatMap((seam) => about.map((by) => seam + by)));
}

/** No frame is blank, torn, or (where it rests aside) the one before it once more. */
function expectWholeFrames(looks: readonly FrameLook[], resting: ReadonlySet<number>): void {
  const where = (wrong: (look: FrameLook) => boolean) => looks.filter(wrong).map(({ index }) => index);
  assert.ok(looks.length > 10);
  assert.deepEqual(
    where(({ contrast }) => contrast < LEAST_CONTRAST),
    [],
    'blank frames',
  );
  assert.deepEqual(
    where(({ tear }) => tear > MOST_TEAR),
    [],
    'torn frames',
  );
  assert.deepEqual(
    where(({ moved, index }) => moved < LEAST_MOVED && !resting.has(index)),
    [],
    'repeated frames',
  );
}
