/** Recordings against their scripts, with the real aligner: synthesised speech, and real speech where it lies beside. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { newParagraph, newRecording, newVoice } from '#core/document/create.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { AppError, toAppError } from '#core/base/errors.ts';
import { RATE_25 } from '#core/base/time.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { MediaEntry } from '#core/document/project.ts';
import { HEARD_RATE_HZ } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import type { SpeechEngine, SpeechTrack } from '#core/speech/ports.ts';
import { type RecordingHost, SoundMemory, speakRecording } from '#core/speech/recording/speak-recording.ts';
import type { Sound } from '#core/speech/recording/sound.ts';
import { speakParagraph, speechKey } from '#core/speech/speak.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { animate } from '#core/motion/animate.ts';
import { channelIndex, MOTION_CHANNELS } from '#core/motion/track.ts';
import { soundswallowerNodeAligner } from '#server/render/adapters/soundswallower-node.ts';
import { ROOT } from '#server/setup/place.js';
import { joined } from '../core/speech/wav.ts';
import { nodeEngine } from './flite-node.ts';

const engine = nodeEngine();
const aligner = soundswallowerNodeAligner((words) => engine.pronounce?.(words) ?? Promise.resolve([]));
const files = diskModelFiles();
const runtime = ortNodeRuntime({ files });
const listening = openListener(runtime, files);
afterAll(async () => {
  aligner.close();
  await runtime.close();
});

/** A store that keeps products in memory, and counts what is put in. */
function memoryStore(): AssetStore & { readonly puts: string[] } {
  const products = new Map<string, Uint8Array<ArrayBuffer>>();
  const puts: string[] = [];
  return {
    puts,
    getProduct: (kind: string, key: string) => Promise.resolve(products.get(`${kind}/${key}`) ?? null),
    putProduct: (kind: string, key: string, bytes: Uint8Array<ArrayBuffer>) => {
      puts.push(kind);
      products.set(`${kind}/${key}`, bytes);
      return Promise.resolve();
    },
  } as unknown as AssetStore & { readonly puts: string[] };
}

function hostOf(
  sound: Sound,
): RecordingHost & { readonly store: ReturnType<typeof memoryStore>; decodes: number } {
  const host = {
    aligner,
    listener: () => listening,
    store: memoryStore(),
    memory: new SoundMemory(),
    decodes: 0,
    decode: (_: AssetHash, startS: number, endS: number) => {
      host.decodes++;
      const { sampleRateHz, pcm } = sound;
      return Promise.resolve({ sampleRateHz, pcm: pcm.slice(startS * sampleRateHz, endS * sampleRateHz) });
    },
  };
  return host;
}
function recordingOf(sound: Sound, language = 'en') {
  const entry = { hash: 'a'.repeat(64), durationS: sound.pcm.length / sound.sampleRateHz } as MediaEntry;
  return newRecording(entry, { language });
}
async function said(lines: readonly string[], engineVoice = 'slt'): Promise<SpeechTrack[]> {
  const tracks: SpeechTrack[] = [];
  for (const line of lines)
    tracks.push(await speakParagraph(newParagraph(line), newVoice({ engineVoice }), engine));
  return tracks;
}
const soundOf = (tracks: readonly SpeechTrack[], silenceS = 0.6): Sound => ({
  sampleRateHz: 16_000,
  pcm: joined(
    tracks.map(({ pcm }) => pcm),
    16_000,
    silenceS,
  ),
});
const startsOf = (tracks: readonly SpeechTrack[]) =>
  tracks.map(({ words }) => words.map(({ startS }) => startS));

const LINES = [
  'Hello there, and welcome to Orator. Today we look at 42 boxes of apples, brought by Kowalczyk from Poland.',
  'The second paragraph speaks of many things; some are small, others are large.',
  'And finally, thank you for listening. Goodbye!',
];

describe('a recording of the script', () => {
  test.each(['slt', 'rms', 'awb'])(
    'in the voice of %s is followed to the word, shot by shot',
    async (voice) => {
      const tracks = await said(LINES, voice);
      const sound = soundOf(tracks);
      const { shots, report } = await speakRecording(
        LINES.map((line) => newParagraph(line)),
        recordingOf(sound),
        hostOf(sound),
      );
      expect(report).toMatchObject({ match: 'followed', message: null });
      const found = await Promise.all(shots.map(({ track }) => track()));
      expect(found.map(({ words }) => words.map(({ text }) => text).join(' '))).toEqual(LINES);
      // Against what the voice itself says of its words; each shot's first word is where both clocks meet.
      const errors = startsOf(found).flatMap((starts, s) =>
        starts.map((startS, i) => {
          const truth = startsOf(tracks)[s] as number[];
          return Math.abs(startS - (starts[0] as number) - ((truth[i] as number) - (truth[0] as number)));
        }),
      );
      errors.sort((a, b) => a - b);
      expect(errors[errors.length >> 1]).toBeLessThan(0.025);
      expect(errors[Math.floor(errors.length * 0.95)]).toBeLessThan(0.1);
      for (const { phones, durationS, pcm, sampleRateHz, heard } of found) {
        expect(durationS).toBeCloseTo(pcm.length / sampleRateHz, 9);
        expect(phones.at(-1)?.endS).toBeCloseTo(durationS, 9);
        expect(phones.some(({ stress }) => stress === 1)).toBe(true);
        expect(heard?.steps).toBe(Math.ceil(durationS * HEARD_RATE_HZ - 1e-6));
      }
    },
  );

  test('is decoded and aligned once; an emphasis costs neither, a word one alignment', async () => {
    const tracks = await said(LINES.slice(1));
    const sound = soundOf(tracks);
    const host = hostOf(sound);
    const paragraphs = LINES.slice(1).map((line) => newParagraph(line));
    const keysOf = async (changed: typeof paragraphs) =>
      (await speakRecording(changed, recordingOf(sound), host)).shots.map(({ key }) => key);
    const before = await keysOf(paragraphs);
    expect([host.decodes, host.store.puts]).toEqual([1, ['followed']]);
    const stressed = paragraphs.with(1, {
      ...paragraphs[1]!,
      content: [{ kind: 'text', text: LINES[2] as string, marks: { emphasis: 1 } }],
    });
    const after = await keysOf(stressed);
    expect([host.decodes, host.store.puts]).toEqual([1, ['followed']]);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, false]);
    await keysOf(paragraphs.with(1, newParagraph('And finally, thanks for listening. Goodbye!')));
    expect(host.store.puts).toEqual(['followed', 'followed']);
  });

  test('keeps its rhythm: all shots together last as long as what is spoken', async () => {
    const tracks = await said(LINES);
    const sound = soundOf(tracks);
    const { shots } = await speakRecording(
      LINES.map((line) => newParagraph(line)),
      recordingOf(sound),
      hostOf(sound),
    );
    const lengths = await Promise.all(shots.map(async ({ track }) => (await track()).durationS));
    const total = lengths.reduce((sum, s) => sum + s, 0);
    expect(Math.abs(total - (sound.pcm.length / 16_000 - 1.3))).toBeLessThan(0.5);
  });
});

test('three minutes are followed as well as three seconds', async () => {
  const tracks = await said(LINES);
  const many = Array.from({ length: 9 }, () => tracks).flat();
  const sound = soundOf(many);
  expect(sound.pcm.length / 16_000).toBeGreaterThan(160);
  const { report } = await speakRecording(
    Array.from({ length: 9 }, () => LINES.map((line) => newParagraph(line))).flat(),
    recordingOf(sound),
    hostOf(sound),
  );
  expect(report.match).toBe('followed');
});

test('where the speaker leaves the script, the place is told and the rest goes on', async () => {
  const tracks = await said([
    LINES[0] as string,
    'Nobody wrote this down, and yet it is said aloud.',
    LINES[2] as string,
  ]);
  const sound = soundOf(tracks);
  const { shots, report } = await speakRecording(
    LINES.map((line) => newParagraph(line)),
    recordingOf(sound),
    hostOf(sound),
  );
  expect(report.match).toBe('partly');
  expect(report.message).toMatch(/part at “(The|second|paragraph)”, 0:0[789] into/u);
  const last = await shots[2]!.track();
  // The third paragraph is found again behind the words that nobody wrote.
  const truth = startsOf(tracks)[2] as number[];
  last.words.forEach((word, i) =>
    expect(Math.abs(word.startS - last.words[0]!.startS - ((truth[i] as number) - truth[0]!))).toBeLessThan(
      0.3,
    ),
  );
});

describe('without the lip-sync model', () => {
  const missing = new AppError('network', 'The lip-sync model could not be loaded.');
  const deafHost = (sound: Sound) => ({ ...hostOf(sound), listener: () => Promise.reject(missing) });

  test('the mouth moves by the words that are found, it is told, and the sound is heard next time', async () => {
    const tracks = await said(LINES.slice(0, 1));
    const sound = soundOf(tracks);
    const script = [newParagraph(LINES[0])];
    const deaf = deafHost(sound);
    const { shots, report } = await speakRecording(script, recordingOf(sound), deaf);
    expect(report.match).toBe('followed');
    expect(report.message).toMatch(/moves by your script alone/);
    expect(report.way).toMatch(/Reload/);
    const track = await shots[0]!.track();
    expect(track.heard).toBeNull();
    const motion = animate(track, { paragraph: script[0]!, rate: RATE_25 });
    const jaw = Array.from(
      { length: motion.frameCount },
      (_, i) => motion.values[i * MOTION_CHANNELS.length + channelIndex('jawOpen')] as number,
    );
    expect(Math.max(...jaw) - Math.min(...jaw)).toBeGreaterThan(0.1);

    const hearing = await speakRecording(script, recordingOf(sound), { ...deaf, listener: () => listening });
    expect(hearing.report.message).toBeNull();
    expect(hearing.shots[0]!.key).not.toBe(shots[0]!.key);
    expect((await hearing.shots[0]!.track()).heard).not.toBeNull();
  });

  test.each([
    ['no script', '', 'en'],
    ['another script', 'The weather in Spain was never so good as when we were children.', 'en'],
    ['a language that nobody follows', 'Dzie\u0144 dobry, jak si\u0119 masz?', 'pl'],
  ])('%s is refused with a sentence and a way on', async (_, text, language) => {
    const sound = soundOf(await said(LINES.slice(0, 1)));
    const refused = speakRecording([newParagraph(text)], recordingOf(sound, language), deafHost(sound)).catch(
      toAppError,
    );
    const { code, message, way } = (await refused) as AppError;
    expect(code).toBe('network');
    expect(message).toMatch(/No mouth can move with this recording/);
    expect(way).toMatch(/Reload Orator/);
  });
});

test('another text is told, and its paragraphs move with the sound all the same', async () => {
  const tracks = await said(LINES);
  const sound = soundOf(tracks);
  const { shots, report } = await speakRecording(
    [
      newParagraph('The weather in Spain was never so good as when we were children.'),
      newParagraph('By the sea.'),
    ],
    recordingOf(sound),
    hostOf(sound),
  );
  expect(report.match).toBe('other-words');
  const found = await Promise.all(shots.map(({ track }) => track()));
  expect(found.reduce((sum, { durationS }) => sum + durationS, 0)).toBeGreaterThan(12);
});

const SPEAKING = `${ROOT}/../shared/media/speaking`;
const VERBS: Readonly<Record<string, string>> = { b: 'bin', l: 'lay', p: 'place', s: 'set' };
const COLOURS: Readonly<Record<string, string>> = { b: 'blue', g: 'green', r: 'red', w: 'white' };
const PLACES: Readonly<Record<string, string>> = { a: 'at', b: 'by', i: 'in', w: 'with' };
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const ADVERBS: Readonly<Record<string, string>> = { a: 'again', n: 'now', p: 'please', s: 'soon' };

/** The file name is the sentence: see the folder's README. */
function sentenceOf(name: string): string {
  const [verb, colour, place, letter, digit, adverb] = [...name];
  const number = digit === 'z' ? 'zero' : DIGITS[Number(digit)];
  return [
    VERBS[verb!],
    COLOURS[colour!],
    PLACES[place!],
    letter?.toUpperCase(),
    number,
    ADVERBS[adverb!],
  ].join(' ');
}

describe.skipIf(!existsSync(SPEAKING))('real people (../shared/media/speaking)', () => {
  const soundIn = (name: string): Sound => {
    const bytes = execFileSync('ffmpeg', [
      ...['-v', 'error', '-i', `${SPEAKING}/${name}.mpg`],
      ...['-ac', '1', '-ar', '16000', '-f', 'f32le', '-'],
    ]);
    return { sampleRateHz: 16_000, pcm: new Float32Array(new Uint8Array(bytes).buffer) };
  };
  const NAMES = ['bbaf2n', 'lbax4n', 'lrwp9a', 'pwij3p', 'swiz3n', 'swwp2s'];

  test.each(NAMES)('%s is followed to the word', async (name) => {
    const sound = soundIn(name);
    const script = [newParagraph(sentenceOf(name))];
    const { report, shots } = await speakRecording(script, recordingOf(sound), hostOf(sound));
    expect(report, sentenceOf(name)).toMatchObject({ match: 'followed' });
    const { words, durationS } = await shots[0]!.track();
    expect(words.every(({ startS, endS }) => endS - startS > 0.04 && endS - startS < 0.8)).toBe(true);
    expect(durationS).toBeLessThan(sound.pcm.length / 16_000 + 0.5);
  });

  test.each(NAMES)('%s does not say what it does not say', async (name) => {
    const sound = soundIn(name);
    const other = [newParagraph('My brother eats enormous oranges under trees.')];
    const { report } = await speakRecording(other, recordingOf(sound), hostOf(sound));
    expect(report.match).toBe('other-words');
  });
});

describe('a voice that gives sound alone', () => {
  const plain: SpeechEngine = {
    ...engine,
    withoutPhones: true,
    speak: async (request, signal) => ({ ...(await engine.speak(request, signal)), phones: null }),
  };
  const ears = { aligner, listener: () => listening };
  const line = newParagraph('My mother moved to Paris in May, by boat and by bus.');

  test('is followed and heard: its words are where the voice that knows them puts them', async () => {
    const known = await speakParagraph(line, newVoice(), engine);
    const heard = await speakParagraph(line, newVoice(), plain, undefined, ears);
    expect(heard.heard?.steps).toBe(Math.ceil(heard.durationS * HEARD_RATE_HZ - 1e-6));
    expect(heard.pcm).toEqual(known.pcm);
    heard.words.forEach((word, i) =>
      expect(Math.abs(word.startS - (known.words[i]?.startS ?? -1)), word.text).toBeLessThan(0.08),
    );
    expect(heard.phones.filter(({ phone }) => phone === 'm').length).toBeGreaterThanOrEqual(3);
  });

  test('moves the mouth in a language that nobody follows, from what is heard', async () => {
    const heard = await speakParagraph(line, newVoice({ language: 'pl' }), plain, undefined, ears);
    expect(heard.words.map(({ text }) => text)).toHaveLength(12);
    expect(heard.phones.filter(({ phone }) => phone !== 'sil').length).toBeGreaterThan(15);
    const motion = animate(heard, { paragraph: line, rate: RATE_25 });
    const jaw = Array.from(
      { length: motion.frameCount },
      (_, i) => motion.values[i * MOTION_CHANNELS.length + channelIndex('jawOpen')] as number,
    );
    expect(Math.max(...jaw) - Math.min(...jaw)).toBeGreaterThan(0.1);
  });

  test('is refused where nobody listens, and its key names who does', async () => {
    await expect(speakParagraph(line, newVoice(), plain)).rejects.toMatchObject({ code: 'speech-failed' });
    const keys = await Promise.all([
      speechKey(line, newVoice(), plain),
      speechKey(line, newVoice(), plain, ears),
      speechKey(line, newVoice(), engine, ears),
      speechKey(line, newVoice(), engine),
    ]);
    expect(new Set(keys).size).toBe(2);
    expect(keys[2]).toBe(keys[3]);
  });
});
