/** `orator motion` as a shell sees it: a sound in, motion out, on real speech of a voice that needs no download. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newParagraph, newVoice } from '#core/document/create.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import type { MotionJson } from '#core/pipeline/motion-json.ts';
import { writeWav } from '#core/speech/pcm.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { parseMotionArgs } from '#server/cli/motion.ts';
import { ROOT } from '#server/setup/place.js';
import { nodeEngine } from './flite-node.ts';

const LINE = 'My mother moved to Paris in May. A boat and a bus brought her.';
const folder = mkdtempSync(join(tmpdir(), 'orator-motion-'));
let said: SpeechTrack;

beforeAll(async () => {
  said = await speakParagraph(newParagraph(LINE), newVoice(), nodeEngine());
  writeFileSync(join(folder, 'talk.wav'), writeWav(said.pcm, said.sampleRateHz));
  writeFileSync(join(folder, 'talk.txt'), LINE);
  writeFileSync(join(folder, 'junk.wav'), 'this is no sound');
});

function motion(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(ROOT, 'server', 'bin.js'), 'motion', ...args],
      { cwd: folder },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}
function column({ channels, frames }: MotionJson, name: string): number[] {
  const at = channels.indexOf(name);
  return frames.map((row) => row[at] as number);
}
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as MotionJson;

describe('orator motion', () => {
  test('writes every channel of every frame, and its path alone to stdout', async () => {
    const { code, stdout, stderr } = await motion('talk.wav', '-o', 'motion.json', '--fps', '50');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(folder, 'motion.json')}\n` });
    expect(stderr).toMatch(/frames, in/);
    const json = read('motion.json');
    expect(json).toMatchObject({ kind: 'orator-motion', version: 1, fps: 50, rate: { num: 50, den: 1 } });
    expect(json.channels).toEqual(MOTION_CHANNELS);
    expect(json.frameCount).toBe(Math.ceil(json.durationS * 50 - 1e-6));
    expect(json.frames).toHaveLength(json.frameCount);
    expect(
      json.frames.every((row) => row.length === MOTION_CHANNELS.length && row.every(Number.isFinite)),
    ).toBe(true);
    // The mouth is open in vowels and shut in silence, where the voice itself says they are.
    const jaw = column(json, 'jawOpen');
    const meanIn = (of: (phone: string) => boolean) => {
      const frames = said.phones.flatMap(({ phone, startS, endS }) =>
        of(phone) ? jaw.slice(Math.ceil(startS * 50), Math.floor(endS * 50)) : [],
      );
      return frames.reduce((sum, value) => sum + value, 0) / frames.length;
    };
    expect(meanIn((phone) => ['æ', 'ʌ', 'eɪ', 'oʊ', 'ɑ'].includes(phone))).toBeGreaterThan(
      2 * meanIn((phone) => phone === 'sil') + 0.05,
    );
  });

  test('never takes the place of the sound or the script that it reads', async () => {
    const before = readFileSync(join(folder, 'talk.wav'));
    const onto = (...args: string[]) => motion('talk.wav', '--script', 'talk.txt', '-q', '-o', ...args);
    for (const read of ['talk.wav', 'talk.txt'])
      expect(await onto(join(folder, read))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`take the place of ${read}`) as string,
      });
    expect(readFileSync(join(folder, 'talk.wav')).equals(before)).toBe(true);
    expect(readFileSync(join(folder, 'talk.txt'), 'utf8')).toBe(LINE);
  });

  test('follows a script word by word, in place of only listening', async () => {
    const { code } = await motion('talk.wav', '--script', 'talk.txt', '-q', '-o', 'followed.json');
    expect(code).toBe(0);
    const { words, fps } = read('followed.json');
    expect(fps).toBe(25);
    expect(words.map(({ text }) => text).join(' ')).toBe(LINE);
    words.forEach(({ startS }, i) =>
      expect(Math.abs(startS - (said.words[i]?.startS ?? -1))).toBeLessThan(0.1),
    );
  });

  test('what is no sound, and what is not there, fail in a sentence', async () => {
    expect(await motion('junk.wav')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/cannot be read\. Save it as WAV/) as string,
    });
    expect(await motion('nowhere.wav')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no file nowhere.wav') as string,
    });
  });

  test.each([
    [[], /name a sound/],
    [['a.wav', 'b.wav'], /one too many/],
    [['a.wav', '--fps', '0'], /--fps/],
    [['a.wav', '--language', 'english please'], /--language/],
    [['a.wav', '--emotion', 'bored'], /--emotion/],
  ])('%j is wrong usage', (args, message) => {
    expect(() => parseMotionArgs(args)).toThrow(message);
  });
});

/** How far jaws go at least, a little under what was measured; of a voice that is not known yet less is asked. */
const LEAST_MOVED: Readonly<Record<string, number>> = {
  'english-1.wav': 0.27,
  'english-2.wav': 0.24,
  'mandarin-1.wav': 0.115,
  'mandarin-2.wav': 0.2,
};
const SPEECH = `${ROOT}/../shared/media/speech`;
describe.skipIf(!existsSync(SPEECH))('real recordings (../shared/media/speech)', () => {
  test.each(existsSync(SPEECH) ? readdirSync(SPEECH).filter((name) => name.endsWith('.wav')) : [])(
    '%s moves the mouth while somebody speaks',
    async (name) => {
      expect((await motion(join(SPEECH, name), '-q', '-o', `${name}.json`)).code).toBe(0);
      const jaw = column(read(`${name}.json`), 'jawOpen').sort((a, b) => a - b);
      const at = (share: number) => jaw[Math.floor(share * (jaw.length - 1))] as number;
      expect(at(0.9) - at(0.1)).toBeGreaterThan(LEAST_MOVED[name] ?? 0.12);
    },
  );
});
