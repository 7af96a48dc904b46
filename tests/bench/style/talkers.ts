/**
 * Clips of people talking, followed and heard as a fit would: `../shared/media/speaking`, or the folder that
 * ORATOR_SPEAKING_DIR names. Who is who: in the shared folder two clips are the same man; elsewhere it is what stands
 * before an underscore in the file's name. Tracks are kept in `tests/bench/out/style/`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';
import { fitMouthSpace, measureMouths } from '#core/presenter/footage/mouth/space.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import type { MeasuredMouths } from '#core/presenter/footage/style/fit-style.ts';
import { concatHeard, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import { levelledSound } from '#core/speech/recording/sound.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { createFollower, type Follower } from '#core/track/follow.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { findClips, type Clip } from '../lipsync/clips.ts';
import { openFilm, readSound, SAMPLE_RATE_HZ } from '../lipsync/film.ts';

/** Raised whenever the same film would be followed or heard differently. */
const VERSION = 1;
const SAME_MAN = ['pwij3p', 'swwp2s'];

export interface Take {
  readonly name: string;
  readonly person: string;
  readonly track: FootageTrack;
  readonly heard: HeardSpeech;
  readonly mouths: MeasuredMouths;
}

export async function readTakes(out: string, say: (line: string) => void): Promise<Take[]> {
  const takes: Take[] = [];
  const open: ReturnType<typeof openEyesAndEars>[] = [];
  for (const clip of findClips()) {
    const { track, heard } = await followed(clip, out, () => {
      say(`following ${clip.name}…`);
      open[0] ??= openEyesAndEars();
      return open[0];
    });
    const person = SAME_MAN.includes(clip.name)
      ? 'the same man'
      : (/^([^_]+)_/.exec(clip.name)?.[1] ?? clip.name);
    takes.push({ name: clip.name, person, track, heard, mouths: mouthsOf(track) });
  }
  for (const each of open) await (await each).close();
  return takes;
}

async function openEyesAndEars() {
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  const tools = await openFaceTools(runtime, files);
  const listener = await openListener(runtime, files);
  return { tools, listener, close: () => runtime.close() };
}

async function followed(
  clip: Clip,
  out: string,
  open: () => ReturnType<typeof openEyesAndEars>,
): Promise<{ readonly track: FootageTrack; readonly heard: HeardSpeech }> {
  const hash = createHash('sha256')
    .update(`${String(VERSION)}\n`)
    .update(readFileSync(clip.path))
    .digest('hex');
  const file = join(out, `${clip.name}-${hash.slice(0, 16)}.bin`);
  if (existsSync(file))
    return decodeRecord(readFileSync(file)) as { track: FootageTrack; heard: HeardSpeech };
  const { tools, listener } = await open();
  const film = await openFilm(clip.path);
  let follower: Follower | null = null;
  for await (const { widthPx, heightPx, rgb } of film.frames()) {
    const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
    for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
      rgba.set(rgb.subarray(i, i + 3), j);
      rgba[j + 3] = 255;
    }
    follower ??= createFollower(tools, { rate: { num: Math.round(film.fps), den: 1 }, widthPx, heightPx });
    await follower.look({ widthPx, heightPx, rgba });
  }
  if (!follower) throw new Error(`${clip.path} holds no pictures.`);
  const { track } = await follower.finish();
  const sound = levelledSound({ sampleRateHz: SAMPLE_RATE_HZ, pcm: await readSound(clip.path) });
  const heard = await listener.listen(sound.pcm, sound.sampleRateHz);
  mkdirSync(out, { recursive: true });
  writeFileSync(file, encodeRecord({ track, heard }));
  return { track, heard };
}

function mouthsOf(track: FootageTrack): MeasuredMouths {
  const { faces, heads } = filmFaces(track);
  const space = fitMouthSpace(faces, heads.turns, track.seen);
  return { space, coefficients: measureMouths(space, faces, heads.turns) };
}

/** Takes of one person as one longer film: what would have been fitted, had they been brought together. */
export function together(takes: readonly Take[]): Take {
  const [first] = takes;
  if (!first) throw new Error('Nothing to put together.');
  if (takes.length === 1) return first;
  const join = <A extends Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
    of: (track: FootageTrack) => A,
  ): A => {
    const parts = takes.map(({ track }) => of(track));
    const whole = new (parts[0]!.constructor as new (length: number) => A)(
      parts.reduce((sum, part) => sum + part.length, 0),
    );
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  const track: FootageTrack = {
    ...first.track,
    frameCount: takes.reduce((sum, take) => sum + take.track.frameCount, 0),
    points: join((t) => t.points),
    sure: join((t) => t.sure),
    seen: join((t) => t.seen),
    measures: join((t) => t.measures),
    body: join((t) => t.body),
  };
  return {
    name: takes.map(({ name }) => name).join('+'),
    person: first.person,
    track,
    heard: concatHeard(takes.map(({ heard, track: t }) => asLongAs(heard, t))),
    mouths: mouthsOf(track),
  };
}

/** Exactly as many steps as the film lasts: the last is held, or what is too much goes. */
function asLongAs(heard: HeardSpeech, track: FootageTrack): HeardSpeech {
  const steps = Math.round((track.frameCount * track.rate.den * HEARD_RATE_HZ) / track.rate.num);
  const fit = (values: Float32Array) => {
    const width = values.length / heard.steps;
    return Float32Array.from(
      { length: steps * width },
      (_, k) => values[Math.min(heard.steps - 1, Math.floor(k / width)) * width + (k % width)]!,
    );
  };
  return {
    steps,
    mouth: fit(heard.mouth),
    phones: fit(heard.phones),
    voice: fit(heard.voice),
    pitchSt: fit(heard.pitchSt),
    energy: fit(heard.energy),
    emphasis: fit(heard.emphasis),
  };
}
