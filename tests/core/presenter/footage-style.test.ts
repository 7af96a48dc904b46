/** How a person talks, learned from a film of numbers: what was put into its lips must come out of its style. */
import { describe, expect, test } from 'vitest';
import { RATE_25 } from '#core/base/time.ts';
import { animate } from '#core/motion/animate.ts';
import { lipAperture } from '#core/motion/lips.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { fitMouthSpace, lipsOf, measureMouths } from '#core/presenter/footage/mouth/space.ts';
import { correlation } from '#core/presenter/footage/style/correlation.ts';
import { fitStyle, motionOf } from '#core/presenter/footage/style/fit-style.ts';
import { styleTargets } from '#core/presenter/footage/style/targets.ts';
import { HEARD_MOUTH, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { PHONES } from '#core/speech/phone.ts';
import { say } from '../motion/synthetic.ts';
import { madeTrack, type MadePerson } from './made-person.ts';

const FRAMES = 250;
const STEPS = FRAMES * 2;

/** Ten seconds of vowels, loud and soft without rhythm, between two silences. */
function heardVowels(): HeardSpeech {
  const mouth = new Float32Array(STEPS * HEARD_MOUTH.length);
  const phones = new Float32Array(STEPS * PHONES.length);
  const [voice, pitchSt, energy, emphasis] = [0, 0, 0, 0].map(() => new Float32Array(STEPS)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  for (let step = 0; step < STEPS; step++) {
    const s = step / 50;
    const talks = s > 1 && s < 9;
    const wave = 0.5 + 0.3 * Math.sin(2 * Math.PI * 2.9 * s) + 0.2 * Math.sin(2 * Math.PI * 1.13 * s + 1);
    mouth[step * HEARD_MOUTH.length + HEARD_MOUTH.indexOf('jawOpen')] = talks ? 0.45 * wave : 0;
    phones[step * PHONES.length + PHONES.indexOf(talks ? 'ɑ' : 'sil')] = 1;
    voice[step] = talks ? 1 : 0;
    pitchSt[step] = talks ? 12 : 0;
    energy[step] = talks ? wave : 0;
  }
  return { steps: STEPS, mouth, phones, voice, pitchSt, energy, emphasis };
}

const heard = heardVowels();
const silent = madeTrack({ frameCount: FRAMES, talks: () => false, opening: () => 0 });
const heardMotion = motionOf(heard, silent);
const aperture = Array.from({ length: FRAMES }, (_, f) =>
  lipAperture(heardMotion.values, f * MOTION_CHANNELS.length),
);
/** Someone who opens `wide` of what is heard, and `lateS` after it. */
const opener = (wide: number, lateS = 0): MadePerson => ({
  frameCount: FRAMES,
  talks: () => false,
  opening: (s) => 0.01 + wide * (aperture[Math.max(0, Math.round((s - lateS) * 25 - 0.5))] ?? 0),
});

function mouthsOf(person: MadePerson) {
  const track = madeTrack(person);
  const { faces, heads } = filmFaces(track);
  const space = fitMouthSpace(faces, heads.turns, track.seen);
  return { track, mouths: { space, coefficients: measureMouths(space, faces, heads.turns) } };
}
const openingsOf = ({ mouths }: ReturnType<typeof mouthsOf>, coefficients: Float32Array) =>
  Array.from(
    { length: coefficients.length / mouths.space.spread.length },
    (_, f) => lipsOf(mouths.space, coefficients, f).opening,
  );

describe('a talking style', () => {
  test('learned, opens this mouth as far as it was seen to, for whoever opens far and whoever hardly does', () => {
    for (const wide of [0.3, 0.8]) {
      const person = mouthsOf(opener(wide));
      const style = fitStyle(person.track, person.mouths, null, heard);
      expect(style.learned).toBe(true);
      const seen = openingsOf(person, person.mouths.coefficients);
      const said = openingsOf(person, styleTargets(style, person.mouths.space, heardMotion));
      expect(correlation(said, seen)).toBeGreaterThan(0.97);
      const off = Math.sqrt(said.reduce((sum, value, f) => sum + (value - seen[f]!) ** 2, 0) / said.length);
      expect(off).toBeLessThan(0.15 * wide * Math.max(...aperture));
    }
  });

  test('is not learned from lips that another sound moved', () => {
    const person = mouthsOf({ ...opener(0), opening: (s) => 0.1 + 0.1 * Math.sin(2 * Math.PI * 4.7 * s) });
    expect(fitStyle(person.track, person.mouths, null, heard).learned).toBe(false);
    expect(fitStyle(person.track, person.mouths, null, null).sync).toBeNull();
  });

  test('finds how far film and sound are apart, and learns all the same', () => {
    const person = mouthsOf(opener(0.5, 0.16));
    const style = fitStyle(person.track, person.mouths, null, heard);
    expect(style.sync?.lagS).toBeCloseTo(0.16, 1);
    expect(style.learned).toBe(true);
  });

  test('shuts p, b and m whatever it has learned, and opens vowels', () => {
    const { speech, paragraph } = say([
      { text: 'mama', ipa: 'm ˈɑ m ɑ' },
      { text: 'papa', ipa: 'p ˈɑ p ɑ' },
    ]);
    const motion = animate(speech, { paragraph, rate: RATE_25 });
    const person = mouthsOf(opener(0.6));
    for (const own of [heard, null]) {
      const style = fitStyle(person.track, person.mouths, null, own);
      const opening = openingsOf(person, styleTargets(style, person.mouths.space, motion));
      for (const phone of speech.phones) {
        const frames = opening.filter((_, i) => i / 25 > phone.startS - 0.02 && i / 25 < phone.endS);
        if (/^[pbm]$/.test(phone.phone)) expect(Math.min(...frames)).toBeLessThan(style.range.shut + 0.012);
        if (phone.phone === 'ɑ' && phone.stress === 1) expect(Math.max(...frames)).toBeGreaterThan(0.08);
      }
    }
  });

  test('of lips that never moved asks for nothing that would tear the face apart', () => {
    const { track, mouths } = mouthsOf({ frameCount: FRAMES, talks: () => false, opening: () => 0.02 });
    const style = fitStyle(track, mouths, null, null);
    const { speech, paragraph } = say([{ text: 'mama', ipa: 'm ˈɑ m ɑ' }]);
    const motion = animate(speech, { paragraph, rate: RATE_25 });
    const targets = styleTargets(style, mouths.space, motion);
    const { spread } = mouths.space;
    targets.forEach((value, k) =>
      expect(Math.abs(value)).toBeLessThanOrEqual(5.001 * spread[k % spread.length]!),
    );
  });
});
