/**
 * Lips in step on real film, by the check as it is: three people's own sentences, one after the other, pass; the same lips
 * under another's voice do not. How often it errs is told by `npm run bench:consent`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles, SERVER_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { followEvenly, judgeLips } from '#server/services/consent/checks/sound/lips-in-step.ts';
import type { EvidenceFilm } from '#server/services/consent/evidence.ts';
import { ROOT } from '#server/setup/place.js';
import { filteredFilm } from '../film-frames.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const there = existsSync(MEDIA);
if (!there) console.log(`Lips of real people are not looked at: there is no ${MEDIA}.`);

/** Where each speaks, seconds: what is not said says nothing. */
const SPOKEN: readonly (readonly [clip: string, fromS: number, untilS: number])[] = [
  ['swiz3n', 0.2, 2.88],
  ['lrwp9a', 0.12, 2.44],
  ['pwij3p', 0.32, 2.36],
];
const SECONDS = SPOKEN.reduce((sum, [, fromS, untilS]) => sum + untilS - fromS, 0);
const speaking = (clip: string) => join(MEDIA, 'speaking', `${clip}.mpg`);

function soundOf(path: string, fromS: number, untilS: number): Float32Array {
  const args = ['-v', 'error', '-i', path, '-af', `atrim=${fromS}:${untilS},asetpts=PTS-STARTPTS`, '-vn'];
  const bytes = execFileSync('ffmpeg', [...args, '-ac', '1', '-ar', '16000', '-f', 'f32le', '-']);
  const pcm = new Float32Array(Math.round((untilS - fromS) * 16_000));
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3));
  pcm.set(new Float32Array(whole).subarray(0, pcm.length));
  return pcm;
}

const ownVoices = () =>
  Float32Array.from(SPOKEN.flatMap(([clip, fromS, untilS]) => [...soundOf(speaking(clip), fromS, untilS)]));
const anothersVoice = () => soundOf(join(MEDIA, 'speech', 'english-1.wav'), 0, SECONDS);

function film(): EvidenceFilm {
  const graph = SPOKEN.map(
    ([, fromS, untilS], i) => `[${i}:v]trim=${fromS}:${untilS},setpts=PTS-STARTPTS[v${i}]`,
  ).join(';');
  const joined = `${graph};${SPOKEN.map((_, i) => `[v${i}]`).join('')}concat=n=${SPOKEN.length}`;
  const source = filteredFilm(
    SPOKEN.map(([clip]) => speaking(clip)),
    joined,
    8,
  );
  return {
    durationS: SECONDS,
    sound: { samples: ownVoices() },
    async *frames() {
      let index = 0;
      for await (const { widthPx, heightPx, rgba } of source.frames())
        yield { timeS: index++ / 25, width: widthPx, height: heightPx, rgba };
    },
  };
}

describe.skipIf(!there)('lips in step', () => {
  let track: FootageTrack | null;
  let listener: SpeechListener;
  beforeAll(async () => {
    const files = diskModelFiles([SERVER_MODELS, join(ROOT, 'static', 'models')]);
    const runtime = ortNodeRuntime({ files });
    listener = await openListener(runtime, files);
    track = await followEvenly(await openFaceTools(runtime, files), film());
  }, 300_000);
  afterAll(() => listener.close());

  test.each([
    ['that make their own sound pass', ownVoices, 'passed', /make the sound/],
    ['under the voice of another fail', anothersVoice, 'failed', /does not belong/],
  ] as const)('%s', async (_, sound, outcome, reason) => {
    const found = await judgeLips(track, sound(), listener);
    expect(found).toMatchObject({ outcome });
    expect(found.reason).toMatch(reason);
  });
});
