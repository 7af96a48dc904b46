/** A recording against its script, without an aligner's models: the aligned words are written down here. */
import { describe, expect, test } from 'vitest';
import { newParagraph } from '#core/document/create.ts';
import { integratedLoudness, LoudnessMeter } from '#core/output/loudness.ts';
import type { AlignedWord } from '#core/speech/align/ports.ts';
import { pausesBetween, speechSpans } from '#core/speech/recording/pauses.ts';
import { placeWords } from '#core/speech/recording/placed.ts';
import { reportOn } from '#core/speech/recording/report.ts';
import { sceneScript } from '#core/speech/recording/script.ts';
import { LEAD_S, prepareSound, SPEECH_LUFS, TAIL_S } from '#core/speech/recording/sound.ts';
import { cutShots, shotSound, timeShot } from '#core/speech/recording/tracks.ts';
import { joined } from './wav.ts';

const RATE_HZ = 16_000;

/** A buzz with the strength of a voice, as long as asked, under a room's faint noise. */
function buzz(seconds: number, level = 0.2): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round(seconds * RATE_HZ) }, (_, i) => {
    const t = i / RATE_HZ;
    return level * (Math.sin(2 * Math.PI * 140 * t) + 0.5 * Math.sin(2 * Math.PI * 900 * t));
  });
}
function inRoom(pcm: Float32Array<ArrayBuffer>, noise = 0.0008): Float32Array<ArrayBuffer> {
  let state = 1;
  return pcm.map((sample) => {
    state = (state * 16807) % 2147483647;
    return sample + noise * (state / 1073741823 - 1);
  });
}

describe('a sound made ready', () => {
  test('loses the silence at its ends, but for what a presenter needs to begin and end at rest', () => {
    const pcm = inRoom(joined([buzz(1), buzz(1.5)], RATE_HZ, 2));
    const sound = prepareSound({ sampleRateHz: RATE_HZ, pcm });
    expect(sound.offsetS).toBeGreaterThan(2 - LEAD_S - 0.1);
    expect(sound.offsetS).toBeLessThan(2 - LEAD_S + 0.02);
    const spokenS = 1 + 2 + 1.5;
    expect(sound.pcm.length / RATE_HZ).toBeGreaterThan(LEAD_S + spokenS + TAIL_S - 0.05);
    expect(sound.pcm.length / RATE_HZ).toBeLessThan(LEAD_S + spokenS + TAIL_S + 0.25);
    expect(sound.speech).toHaveLength(2);
    const [pause] = pausesBetween(sound.speech);
    expect((pause?.endS ?? 0) - (pause?.startS ?? 0)).toBeGreaterThan(1.7);
  });

  test.each([0.01, 0.1, 0.5])('comes to the loudness of the voices from a level of %f', (level) => {
    const sound = prepareSound({ sampleRateHz: RATE_HZ, pcm: joined([buzz(3, level)], RATE_HZ, 0.5) });
    const meter = new LoudnessMeter(RATE_HZ);
    meter.push(sound.pcm);
    expect(Math.abs(integratedLoudness(meter.steps(), 2) - SPEECH_LUFS)).toBeLessThan(0.5);
    expect(Math.max(...sound.pcm)).toBeLessThan(1);
  });

  test('keeps a full rate for what was recorded at one, and times through the change of rate', () => {
    const pcm = new Float32Array(48_000 * 3);
    pcm.set(
      Float32Array.from({ length: 48_000 }, (_, i) => 0.2 * Math.sin(i * 0.06)),
      48_000,
    );
    const sound = prepareSound({ sampleRateHz: 48_000, pcm });
    expect(sound.sampleRateHz).toBe(32_000);
    expect(sound.speech[0]?.startS).toBeCloseTo(LEAD_S, 1);
  });

  test('a click is not speech, a hum is not speech, and a sound without a pause is all speech', () => {
    const click = joined([buzz(0.02, 0.5), buzz(1)], RATE_HZ, 1);
    expect(speechSpans(inRoom(click), RATE_HZ)).toHaveLength(1);
    const hum = Float32Array.from(
      { length: RATE_HZ * 4 },
      (_, i) => 0.05 * Math.sin((2 * Math.PI * 50 * i) / RATE_HZ),
    );
    const over = buzz(1);
    over.forEach((sample, i) => (hum[RATE_HZ + i] = (hum[RATE_HZ + i] as number) + sample));
    const [span, ...more] = speechSpans(hum, RATE_HZ);
    expect(more).toEqual([]);
    expect(span?.startS).toBeCloseTo(0.95, 1);
    expect(speechSpans(buzz(2), RATE_HZ)).toEqual([{ startS: 0, endS: 2 }]);
    expect(speechSpans(new Float32Array(RATE_HZ), RATE_HZ)).toEqual([]);
  });
});

function word(startS: number, endS: number, misfit = 15): AlignedWord {
  const middle = (startS + endS) / 2;
  return {
    startS,
    endS,
    misfit,
    phones: [
      { phone: 'm', stress: 0, startS, endS: middle },
      { phone: 'ɑ', stress: 1, startS: middle, endS },
    ],
  };
}
const PARAGRAPHS = [newParagraph('One two three.'), newParagraph(''), newParagraph('Four five six seven.')];
const SCRIPT = sceneScript(PARAGRAPHS, 'en');
const ALIGNED = [
  word(0.3, 0.6),
  word(0.6, 0.9),
  word(0.9, 1.3),
  word(3.3, 3.6),
  word(3.6, 4),
  word(4, 4.4),
  word(4.4, 5),
];
const SPEECH = [
  { startS: 0.3, endS: 1.4 },
  { startS: 3.2, endS: 5.1 },
];
const DURATION_S = 5.4;

describe('words that were found', () => {
  const placing = placeWords(SCRIPT.spoken, ALIGNED, SPEECH, DURATION_S);
  const cuts = cutShots(SCRIPT, placing.words, SPEECH, DURATION_S);

  test('stand where the aligner says, and nothing is reported', () => {
    expect(placing.found).toBe(1);
    expect(placing.words.map(({ startS }) => startS)).toEqual(ALIGNED.map(({ startS }) => startS));
    expect(reportOn(SCRIPT, placing, 0, { language: 'en', unreachable: null })).toEqual({
      match: 'followed',
      message: null,
      way: null,
      atS: null,
    });
  });

  test('are cut into paragraphs in the pause between them, nothing lost', () => {
    expect(cuts.map((cut) => cut === null)).toEqual([false, true, false]);
    const [first, , last] = cuts;
    expect(first?.fromS).toBe(0);
    expect(last?.toS).toBe(DURATION_S);
    expect(first?.toS).toBe(last?.fromS);
    expect(first?.toS).toBeGreaterThan(1.3 + TAIL_S);
    expect(first?.toS).toBeLessThan(3.3 - LEAD_S);
    const pcm = new Float32Array(DURATION_S * RATE_HZ);
    const lengths = cuts.map((cut) => (cut ? shotSound({ sampleRateHz: RATE_HZ, pcm }, cut).length : 0));
    // Its end comes sooner than a presenter needs: a little silence is added there.
    expect(lengths.reduce((sum, length) => sum + length, 0) / RATE_HZ).toBeCloseTo(DURATION_S + 0.1, 2);
  });

  test('become words, phones and gestures on their shot’s own clock, without gaps', () => {
    const cut = cuts[2] ?? null;
    const length = (cut?.toS ?? 0) - (cut?.fromS ?? 0) + (cut?.leadS ?? 0) + (cut?.tailS ?? 0);
    const timed = timeShot(
      SCRIPT.paragraphs[2] as (typeof SCRIPT.paragraphs)[number],
      SCRIPT.spoken,
      cut,
      length,
      [],
    );
    expect(timed.words.map(({ text }) => text)).toEqual(['Four', 'five', 'six', 'seven.']);
    expect(timed.words[0]?.startS).toBeCloseTo(3.3 - (cut?.fromS ?? 0), 6);
    expect(timed.words.at(-1)?.boundary).toBe('sentence');
    let atS = 0;
    for (const phone of timed.phones) {
      expect(phone.startS).toBeCloseTo(atS, 9);
      expect(phone.endS).toBeGreaterThan(phone.startS);
      expect(phone.word >= 0).toBe(phone.phone !== 'sil');
      atS = phone.endS;
    }
    expect(atS).toBeCloseTo(length, 9);
    expect(timed.phones.find(({ phone }) => phone === 'ɑ')?.stress).toBe(1);
  });
});

test('paragraphs that run into each other are parted by the silence a shot begins and ends with', () => {
  const close = ALIGNED.map((w, i) => (i < 3 ? word(w.startS, w.endS) : word(w.startS - 2, w.endS - 2)));
  const speech = [{ startS: 0.3, endS: 3.1 }];
  const placing = placeWords(SCRIPT.spoken, close, speech, 3.5);
  const [first, , last] = cutShots(SCRIPT, placing.words, speech, 3.5);
  expect(first?.toS).toBeCloseTo(1.3, 6);
  expect(first?.tailS).toBeCloseTo(TAIL_S, 1);
  expect(last?.leadS).toBeCloseTo(LEAD_S, 1);
});

describe('words that do not fit', () => {
  const wrong = ALIGNED.map((w, i) => (i < 4 ? w : word(w.startS, w.endS, 90)));

  test('are laid over what is spoken there, and the place is told', () => {
    const placing = placeWords(SCRIPT.spoken, wrong, SPEECH, DURATION_S);
    expect(placing.words.map(({ aligned }) => aligned !== null)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    const times = placing.words.flatMap(({ startS, endS }) => [startS, endS]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeCloseTo(5.1, 6);
    const report = reportOn(SCRIPT, placing, 60, { language: 'en', unreachable: null });
    expect(report.match).toBe('partly');
    expect(report.message).toBe('Script and recording part at “five”, 1:03 into the recording.');
    expect(report.atS).toBeCloseTo(63.6, 6);
  });

  test('one odd word among good ones is an accent', () => {
    const slip = ALIGNED.map((w, i) => (i === 4 ? { ...w, misfit: 60 } : w));
    expect(placeWords(SCRIPT.spoken, slip, SPEECH, DURATION_S)).toMatchObject({ found: 1, derailed: null });
  });

  test('nothing is believed when hardly anything fits', () => {
    const other = ALIGNED.map((w) => ({ ...w, misfit: 90 }));
    const placing = placeWords(SCRIPT.spoken, other, SPEECH, DURATION_S);
    expect(placing.found).toBe(0);
    expect(reportOn(SCRIPT, placing, 0, { language: 'en', unreachable: null }).match).toBe('other-words');
    // Its paragraphs are cut in the pause all the same.
    const [first, , last] = cutShots(SCRIPT, placing.words, SPEECH, DURATION_S);
    expect(first?.toS).toBeCloseTo((1.4 + 3.2) / 2, 1);
    expect(last?.words.every(({ startS }) => startS >= 3.2)).toBe(true);
  });

  test('speech that the script does not have is told, with the word before it', () => {
    const speech = [...SPEECH, { startS: 6, endS: 9 }];
    const placing = placeWords(SCRIPT.spoken, ALIGNED, speech, 9.5);
    const { message } = reportOn(SCRIPT, placing, 0, { language: 'en', unreachable: null });
    expect(message).toBe('At 0:05, after “seven”, the recording says something that is not in the script.');
  });
});

test('without a script the whole sound is one shot, moved by what is heard', () => {
  const empty = sceneScript([newParagraph(''), newParagraph('')], 'en');
  const cuts = cutShots(empty, [], SPEECH, DURATION_S);
  expect(cuts[0]).toMatchObject({ fromS: 0, toS: DURATION_S });
  expect(cuts[1]).toBeNull();
  const heard = [{ phone: 'ɑ', startS: 0.5, endS: 0.9, stress: 0, word: -1 } as const];
  const { phones, words } = timeShot(
    empty.paragraphs[0] as (typeof empty.paragraphs)[number],
    [],
    cuts[0] ?? null,
    DURATION_S,
    heard,
  );
  expect(words).toEqual([]);
  expect(phones.map(({ phone }) => phone)).toEqual(['sil', 'ɑ', 'sil']);
});
