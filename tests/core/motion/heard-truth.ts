/**
 * Test help: what a perfect listener would hear in speech whose phones are known. The mouth is the blended visemes (which
 * is what the lip-sync model is taught), phones go over into each other within 30 ms, stressed vowels are emphatic.
 */
import { blendPulls, pullsOf } from '#core/motion/coarticulation.ts';
import { measureProsody } from '#core/motion/prosody.ts';
import { HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { isVowel, PHONES } from '#core/speech/phone.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';

const MIDDLE_HZ = 120;
/** Half of the time in which one phone goes over into the next. */
const BLUR_S = 0.015;

export function heardTruth({ phones, pcm, sampleRateHz, durationS }: SpeechTrack): HeardSpeech {
  const steps = Math.floor(durationS * HEARD_RATE_HZ);
  const timesS = Float64Array.from({ length: steps }, (_, i) => (i + 0.5) / HEARD_RATE_HZ);
  const shapes = blendPulls(
    pullsOf(phones, () => 1),
    timesS,
  );
  const { loudness, pitchSt } = measureProsody(pcm, sampleRateHz);
  const share = (i: number, at: number) => {
    const { startS, endS } = phones[at] as (typeof phones)[number];
    const timeS = timesS[i] as number;
    const inside = (edgeS: number) => Math.max(0, Math.min(1, 0.5 + edgeS / (2 * BLUR_S)));
    return Math.min(
      at === 0 ? 1 : inside(timeS - startS),
      at === phones.length - 1 ? 1 : inside(endS - timeS),
    );
  };
  const posteriors = new Float32Array(steps * PHONES.length);
  const voice = new Float32Array(steps);
  const emphasis = new Float32Array(steps);
  for (let i = 0; i < steps; i++) {
    const row = posteriors.subarray(i * PHONES.length, (i + 1) * PHONES.length);
    let sum = 0;
    phones.forEach(({ phone, stress }, at) => {
      const here = share(i, at);
      if (here <= 0) return;
      sum += here;
      row[PHONES.indexOf(phone)] = (row[PHONES.indexOf(phone)] as number) + here;
      if (phone !== 'sil') voice[i] = (voice[i] as number) + here;
      if (isVowel(phone)) emphasis[i] = Math.max(emphasis[i] as number, here * (stress === 1 ? 0.7 : 0.15));
    });
    for (let p = 0; p < row.length; p++) row[p] = (row[p] as number) / sum;
    voice[i] = (voice[i] as number) / sum;
  }
  const perStep = (at: (timeS: number) => number) => Float32Array.from(timesS, at);
  return {
    steps,
    mouth: Float32Array.from(shapes.flatMap((shape) => HEARD_MOUTH.map((name) => shape[name]))),
    phones: posteriors,
    voice,
    pitchSt: perStep((timeS) => (pitchSt(timeS) === 0 ? 0 : 12 * Math.log2(MIDDLE_HZ / 55) + pitchSt(timeS))),
    energy: perStep(loudness),
    emphasis,
  };
}

export function sliceHeard(heard: HeardSpeech, from: number, to: number): HeardSpeech {
  const cut = (values: Float32Array<ArrayBuffer>) => {
    const width = values.length / heard.steps;
    return values.slice(from * width, to * width);
  };
  return {
    steps: to - from,
    mouth: cut(heard.mouth),
    phones: cut(heard.phones),
    voice: cut(heard.voice),
    pitchSt: cut(heard.pitchSt),
    energy: cut(heard.energy),
    emphasis: cut(heard.emphasis),
  };
}
