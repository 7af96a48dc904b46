/**
 * What every host's voices must do, measured on the sound where it can be. Registered by tests/server/speech.test.ts
 * (Node) and tests/browser/speech.test.ts (a real speech.worker in Chromium) with an engine of theirs.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import type { VoiceId } from '#core/base/ids.ts';
import type { Voice } from '#core/document/project.ts';
import { decodeSpeechTrack, encodeSpeechTrack, speakParagraph, speechKey } from '#core/speech/speak.ts';
import { isVowel } from '#core/speech/phone.ts';
import type { SpeechEngine, SpeechTrack } from '#core/speech/ports.ts';
import { fundamentalHz, levelDb } from './measure.ts';
import { paragraph } from './say.ts';

export const VOICE_NAMES = ['slt', 'rms', 'awb', 'kal'];

export function voice(engineVoice: string, settings: Partial<Voice> = {}): Voice {
  return {
    id: 'v' as VoiceId,
    name: engineVoice,
    engine: 'flite',
    engineVoice,
    language: 'en-US',
    speed: 1,
    pitchSt: 0,
    likeness: { kind: 'synthetic' },
    ...settings,
  };
}

const LINE = 'Hello there, my name is Marlow. We are all in a line!';

/** Throws unless the track keeps its promises: no gaps, whole samples, words in order, sixteen-bit samples. */
export function expectSound(track: SpeechTrack): void {
  expect(track.durationS).toBe(track.pcm.length / track.sampleRateHz);
  let end = 0;
  for (const phone of track.phones) {
    expect(phone.startS).toBe(end);
    expect(phone.endS).toBeGreaterThan(phone.startS);
    expect(phone.phone === 'sil').toBe(phone.word === -1);
    end = phone.endS;
  }
  expect(end).toBe(track.durationS);
  let last = 0;
  for (const word of track.words) {
    expect(word.startS).toBeGreaterThanOrEqual(last);
    expect(word.endS).toBeGreaterThanOrEqual(word.startS);
    last = word.endS;
  }
  expect(last).toBeLessThanOrEqual(track.durationS);
  for (const sample of track.pcm.subarray(0, 2000)) expect(Number.isInteger(sample * 32768)).toBe(true);
}

const phonesOf = (track: SpeechTrack, word: number) =>
  track.phones.filter((p) => p.word === word).map((p) => p.phone);
const said = (track: SpeechTrack) => track.phones.filter((p) => p.phone !== 'sil');
const speechS = (track: SpeechTrack) => (said(track).at(-1)?.endS ?? 0) - (said(track)[0]?.startS ?? 0);

export function voicesBehave(makeEngine: () => Promise<SpeechEngine>): void {
  let engine: SpeechEngine;
  beforeAll(async () => {
    engine = await makeEngine();
  });
  const speak = (content: Parameters<typeof paragraph>, spokenBy = voice('slt')) =>
    speakParagraph(paragraph(...content), spokenBy, engine);

  describe.each(VOICE_NAMES)('the voice %s', (name) => {
    test('says a line in time with its phones: loud in vowels, quiet in silence', async () => {
      const track = await speak([LINE], voice(name));
      expectSound(track);
      expect(track.sampleRateHz).toBe(16000);
      const silences = track.phones.filter((p) => p.phone === 'sil');
      const vowels = track.phones.filter((p) => isVowel(p.phone));
      const vowelsDb = levelDb(track.pcm, track.sampleRateHz, vowels);
      expect(vowelsDb).toBeGreaterThan(-22);
      expect(vowelsDb).toBeLessThan(-12);
      expect(levelDb(track.pcm, track.sampleRateHz, silences)).toBeLessThan(vowelsDb - 20);
      expect(silences[0]?.endS).toBeGreaterThanOrEqual(0.2);
      expect(track.durationS - (said(track).at(-1)?.endS ?? 0)).toBeGreaterThan(0.4);
      expect(Math.abs(track.pcm.reduce((sum, s) => sum + s, 0) / track.pcm.length)).toBeLessThan(2e-3);
      expect(track.pcm.every((s) => Math.abs(s) < 1)).toBe(true);
    });

    test('each vowel is louder than the s before it is not: hiss stands where an s is said', async () => {
      const track = await speak(['Sassy sauce, a sea saw, so soon.'], voice(name));
      const crossings = (p: { startS: number; endS: number }) => {
        // The middle half: phones blend at their edges.
        const quarter = (p.endS - p.startS) / 4;
        const from = Math.round((p.startS + quarter) * track.sampleRateHz);
        const to = Math.round((p.endS - quarter) * track.sampleRateHz);
        let count = 0;
        for (let i = from + 1; i < to; i++)
          if ((track.pcm[i] as number) * (track.pcm[i - 1] as number) < 0) count++;
        return count / (to - from);
      };
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const hiss = mean(track.phones.filter((p) => p.phone === 's').map(crossings));
      const open = mean(track.phones.filter((p) => isVowel(p.phone)).map(crossings));
      expect(hiss).toBeGreaterThan(2 * open);
    });

    test.each([-12, -5, 5, 12])('moves its pitch by %i semitones and keeps its pace', async (pitchSt) => {
      const text = 'My name is Marlow and we are all in a line';
      const own = await speak([text], voice(name));
      const moved = await speak([text], voice(name, { pitchSt }));
      const before = fundamentalHz(own.pcm, own.sampleRateHz, 60, 320);
      const after = fundamentalHz(
        moved.pcm,
        moved.sampleRateHz,
        pitchSt < 0 ? 35 : 60,
        pitchSt < 0 ? 250 : 500,
      );
      expect(Math.abs(12 * Math.log2(after / before) - pitchSt)).toBeLessThan(1.5);
      expect(speechS(moved)).toBeCloseTo(speechS(own), 1);
    });

    test('speaks twice as fast and half as fast', async () => {
      const own = speechS(await speak([LINE], voice(name)));
      expect(speechS(await speak([LINE], voice(name, { speed: 2 }))) / own).toBeCloseTo(0.5, 1);
      expect(speechS(await speak([LINE], voice(name, { speed: 0.5 }))) / own).toBeCloseTo(2, 0);
    });
  });

  test.each([-9, -6, 0, 6])('the loudest voice does not crack at %i semitones', async (pitchSt) => {
    // Flite's vocoder runs over sixteen bits here; each time it did was a click.
    const text = 'My name is Marlow, oh how far away you are, grow more roses now and go ahead.';
    const { pcm } = await speak([text], voice('awb', { pitchSt }));
    let jump = 0;
    for (let i = 1; i < pcm.length; i++)
      jump = Math.max(jump, Math.abs((pcm[i] as number) - (pcm[i - 1] as number)));
    expect(jump).toBeLessThan(0.9);
  });

  test('cut and cot are two words in a human voice', async () => {
    for (const name of ['slt', 'rms', 'awb']) {
      const track = await speak(['cut cot'], voice(name));
      expect([phonesOf(track, 0).join(' '), phonesOf(track, 1).join(' ')]).toEqual(['k ʌ t', 'k ɑ t']);
    }
  });

  test('the words of a number share its place in the text, and the text is as typed', async () => {
    const track = await speak(['In 2026 we sold 1,250.']);
    expect(track.words.map((word) => word.text)).toEqual(['In', '2026', 'we', 'sold', '1,250.']);
    expect(phonesOf(track, 1).join(' ')).toBe('t w ɛ n t i t w ɛ n t i s ɪ k s');
    expect(track.words.at(-1)?.boundary).toBe('sentence');
  });

  test('homographs follow their sentence, and “the” its next sound', async () => {
    const track = await speak(['I will record the apple on the record.']);
    expect(phonesOf(track, 2)[1]).toBe('ə');
    expect(phonesOf(track, 7)[1]).toBe('ɛ');
    expect(phonesOf(track, 3)).toEqual(['ð', 'i']);
    expect(phonesOf(track, 6)).toEqual(['ð', 'ə']);
  });

  test('a word said twice or more is heard each time', async () => {
    const track = await speak(['No, no no no, that that that cat cat is is is.']);
    for (const [i, word] of track.words.entries()) {
      expect(phonesOf(track, i).length).toBeGreaterThan(1);
      expect(word.endS - word.startS).toBeGreaterThan(0.05);
    }
  });

  test('a pronunciation in IPA or as a respelling changes what is said, of that word alone', async () => {
    const plain = await speak(['Say tomato now.']);
    const ipa = await speak([
      'Say ',
      { kind: 'text', text: 'tomato', marks: { pronunciation: '/təˈmɑtoʊ/' } },
      ' now.',
    ]);
    const respelt = await speak([
      'Say ',
      { kind: 'text', text: 'tomato', marks: { pronunciation: 'oh rah' } },
      ' now.',
    ]);
    expect(phonesOf(plain, 1).join(' ')).toBe('t ə m eɪ t oʊ');
    expect(phonesOf(ipa, 1).join(' ')).toBe('t ə m ɑ t oʊ');
    expect(phonesOf(respelt, 1).join(' ')).toBe('oʊ ɹ ɑ');
    expect(ipa.words[1]?.text).toBe('tomato');
    for (const i of [0, 2]) expect(phonesOf(ipa, i)).toEqual(phonesOf(plain, i));
    const stress = ipa.phones.filter((p) => p.word === 1).map((p) => p.stress);
    expect(stress).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test('an emphasised word is longer, louder and higher', async () => {
    const plain = await speak(['We really mean it.']);
    const strong = await speak([
      'We ',
      { kind: 'text', text: 'really', marks: { emphasis: 2 } },
      ' mean it.',
    ]);
    const [a, b] = [plain.words[1], strong.words[1]] as const;
    expect(a && b).toBeTruthy();
    if (!a || !b) return;
    expect((b.endS - b.startS) / (a.endS - a.startS)).toBeGreaterThan(1.15);
    expect(levelDb(strong.pcm, 16000, [b]) - levelDb(plain.pcm, 16000, [a])).toBeGreaterThan(1.5);
    const pitch = (track: SpeechTrack, w: typeof a) =>
      fundamentalHz(
        track.pcm.slice(Math.round(w.startS * 16000), Math.round(w.endS * 16000)),
        16000,
        110,
        320,
      );
    expect(pitch(strong, b) / pitch(plain, a)).toBeGreaterThan(1.06);
    expect(b.emphasis).toBe(2);
  });

  test('a pause mark adds exactly its silence after a comma, between sentences, and at either end', async () => {
    const pause = { kind: 'pause', durationS: 0.73 } as const;
    const plain = await speak(['One two, three four. Five.']);
    for (const content of [
      ['One two,', pause, ' three four. Five.'],
      ['One two, three four.', pause, ' Five.'],
      [pause, 'One two, three four. Five.'],
      ['One two, three four. Five.', pause],
    ]) {
      const track = await speak(content);
      expectSound(track);
      expect(track.pcm.length - plain.pcm.length).toBe(Math.round(0.73 * 16000));
    }
  });

  test('a pause in the middle of a phrase parts it, by at least its length', async () => {
    const track = await speak(['one two ', { kind: 'pause', durationS: 1 }, 'three four']);
    const gap = (track.words[2]?.startS ?? 0) - (track.words[1]?.endS ?? 0);
    expect(gap).toBeGreaterThanOrEqual(1);
    expect(gap).toBeLessThan(1.6);
    const middle = (track.words[1]?.endS ?? 0) + gap / 2;
    expect(levelDb(track.pcm, 16000, [{ startS: middle - 0.3, endS: middle + 0.3 }])).toBeLessThan(-70);
  });

  test('a gesture mark is due between the words it stands between', async () => {
    const wave = { kind: 'gesture', gesture: 'wave' } as const;
    const track = await speak([
      wave,
      'Good morning, ',
      wave,
      'this is ',
      wave,
      { kind: 'pause', durationS: 1 },
      'it.',
      wave,
    ]);
    const [first, second, third, last] = track.gestures.map((g) => g.atS);
    expect(first).toBe(track.words[0]?.startS);
    expect(second).toBe(track.words[2]?.startS);
    expect(third).toBe(track.words[3]?.endS);
    expect(last).toBe(track.words[4]?.endS);
  });

  test('an edit in one sentence leaves the sound of the next as it was', async () => {
    const short = await speak(['A cat. The next sentence stays.']);
    const long = await speak(['A very much longer sentence about a cat. The next sentence stays.']);
    const tail = (track: SpeechTrack) => {
      const first = track.words.findIndex((word) => word.text === 'The');
      return track.pcm.slice(Math.round((track.words[first]?.startS ?? 0) * 16000));
    };
    expect(tail(long)).toEqual(tail(short));
  });

  test('yes-or-no questions rise at their end, statements fall', async () => {
    const lastPitch = (track: SpeechTrack) => {
      const word = track.words.at(-1);
      if (!word) return 0;
      return fundamentalHz(
        track.pcm.slice(Math.round(word.startS * 16000), Math.round(word.endS * 16000)),
        16000,
        110,
        400,
      );
    };
    const ask = await speak(['Are we all in a line?']);
    const tell = await speak(['Are we all in a line.']);
    expect(lastPitch(ask) / lastPitch(tell)).toBeGreaterThan(1.1);
  });

  test.each(['', '   \n ', '😀 🎉', '—', '東京タワー'])(
    'a paragraph without anything to say (“%s”) is a short silence',
    async (text) => {
      const track = await speak([text]);
      expectSound(track);
      expect(track.durationS).toBe(0.6);
      expect(track.pcm.every((sample) => sample === 0)).toBe(true);
      expect(track.phones).toHaveLength(1);
    },
  );

  test('any text can be spoken: seeded random paragraphs', async () => {
    const random = seededRandom(7);
    const pieces = [
      ...'abcdefghijklmnopqrstuvwxyz  .,?!-\'"',
      ...'ABC019€é東Ж😀/&@#',
      ' the ',
      ' psst ',
      ' xqz ',
      "'s ",
      ' $5 ',
      '... ',
      'e.g. ',
      '\u0301',
      '<b>',
      '&amp;',
      '"/>',
    ];
    for (let round = 0; round < 25; round++) {
      let text = '';
      for (let i = 0; i < 50; i++) text += pieces[Math.floor(random() * pieces.length)];
      expectSound(await speak([text], voice('kal')));
    }
  });

  test('five thousand words are spoken in pieces, each word in its place', async () => {
    // Unlike neighbours, so that no piece is remembered from another.
    const random = seededRandom(5000);
    const some = 'we go on and the long road bends under a wide grey sky while rain falls at last'.split(' ');
    const words = Array.from({ length: 5000 }, () => some[Math.floor(random() * some.length)] as string);
    const track = await speak([words.join(' ')], voice('kal', { speed: 2 }));
    expectSound(track);
    expect(track.words).toHaveLength(5000);
    expect(track.words.every((word) => word.endS > word.startS)).toBe(true);
  });

  test('what was asked to stop, stops', async () => {
    await expect(
      speakParagraph(paragraph(LINE), voice('slt'), engine, { aborted: true }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('an unknown voice or engine is refused with a sentence', async () => {
    await expect(speak([LINE], voice('nobody'))).rejects.toMatchObject({ code: 'speech-failed' });
    await expect(speak([LINE], voice('slt', { engine: 'other' }))).rejects.toThrow(/not available/u);
  });

  test('a real track survives its store byte for byte', async () => {
    const track = await speak([LINE]);
    expect(decodeSpeechTrack(encodeSpeechTrack(track))).toEqual(track);
  });

  test('the cache key follows what changes the sound and nothing else', async () => {
    const key = (content: Parameters<typeof paragraph>, v = voice('slt')) =>
      speechKey(paragraph(...content), v, engine);
    const base = await key(['Hello world']);
    expect(
      await speechKey(
        { ...paragraph('Hello world'), id: 'q' as never, emotion: 'joyful' },
        voice('slt'),
        engine,
      ),
    ).toBe(base);
    expect(await key(['Hello ', 'world'])).toBe(base);
    expect(await key(['Hello ', { kind: 'variable', name: 'x', fallback: 'world' }])).toBe(base);
    const others = await Promise.all([
      key(['Hello world.']),
      key(['Hello world'], voice('rms')),
      key(['Hello world'], voice('slt', { speed: 1.1 })),
      key(['Hello world'], voice('slt', { pitchSt: 1 })),
      key(['Hello ', { kind: 'text', text: 'world', marks: { emphasis: 1 } }]),
      key(['Hello ', { kind: 'pause', durationS: 1 }, 'world']),
      key(['Hello ', { kind: 'gesture', gesture: 'wave' }, 'world']),
    ]);
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  test('the voices have names and descriptions of their own', () => {
    const voices = engine.voices();
    expect(voices.map((v) => v.engineVoice)).toEqual(VOICE_NAMES);
    expect(new Set(voices.map((v) => v.name)).size).toBe(voices.length);
    for (const v of voices) expect(v.description.length).toBeGreaterThan(10);
  });
}
