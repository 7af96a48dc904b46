/** How head, brows, lids and pauses of one person go with their voice: counted on the footage itself. */
import { frameToSeconds, rateToFps } from '../../../base/time.ts';
import { HEARD_RATE_HZ, type HeardSpeech } from '../../../speech/listen/heard.ts';
import { gaussian, runsOf } from '../../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import type { BaseLabels } from '../base/graph.ts';
import { correlation } from './correlation.ts';
import type { TalkingHabits } from './style.ts';

const PAUSE_S = 0.2;
const SHUT = 0.5;
/** A syllable that stands out so much is an accent. */
const ACCENT = 0.5;

export function measureHabits(track: FootageTrack, labels: BaseLabels, heard: HeardSpeech): TalkingHabits {
  const fps = rateToFps(track.rate);
  const { frameCount } = track;
  const step = (f: number) =>
    Math.min(heard.steps - 1, Math.max(0, Math.floor(((f + 0.5) / fps) * HEARD_RATE_HZ)));
  const voice = Array.from({ length: frameCount }, (_, f) => heard.voice[step(f)]! > 0.5);
  const pauses = runsOf(frameCount, (f) => !voice[f]).filter(([from, to]) => to - from >= PAUSE_S * fps);
  const silent = new Uint8Array(frameCount);
  for (const [from, to] of pauses) silent.fill(1, from, to);
  const mean = (is: (f: number) => boolean) => {
    let [sum, count] = [0, 0];
    for (let f = 0; f < frameCount; f++) {
      if (!is(f)) continue;
      sum += labels.energy[f]!;
      count++;
    }
    return count >= fps / 2 ? sum / count : null;
  };
  const talking = mean((f) => silent[f] === 0) ?? 0.4;
  const accented = mean((f) => silent[f] === 0 && heard.emphasis[step(f)]! > ACCENT) ?? talking;
  const blinks = runsOf(frameCount, (f) => labels.blink[f]! > SHUT).map(([from, to]) => (from + to) >> 1);
  const silentShare = silent.reduce((sum, is) => sum + is, 0) / Math.max(1, frameCount);
  const minutes = frameToSeconds(frameCount, track.rate) / 60;
  const inner = pauses.filter(([from, to]) => from > 0 && to < frameCount);
  const loud = Array.from(
    gaussian(
      Float64Array.from({ length: frameCount }, (_, f) => heard.energy[step(f)]!),
      2,
    ),
  );
  const speed = (['headYaw', 'headPitch', 'headRoll'] as const)
    .map((name) => gaussian(measureOf(track, name), 1))
    .reduce(
      (sum, curve) => sum.map((value, f) => value + Math.abs(curve[f]! - (curve[f - 1] ?? curve[f]!))),
      new Array<number>(frameCount).fill(0),
    );
  const [left, right] = [measureOf(track, 'browLeft'), measureOf(track, 'browRight')];
  return {
    quiet: mean((f) => silent[f] === 1) ?? Math.min(talking, 0.15),
    talking,
    accent: Math.max(0.1, accented - talking),
    blinksPerMinute: blinks.length / minutes,
    blinksInPauses:
      blinks.length > 0 && silentShare > 0
        ? blinks.filter((f) => silent[f] === 1).length / blinks.length / silentShare
        : 1,
    headWithVoice: correlation(Array.from(gaussian(speed, 2)), loud),
    browsWithVoice: correlation(
      Array.from(left, (value, f) => value + right[f]!),
      loud,
    ),
    pausesPerMinute: inner.length / minutes,
    pauseS: inner.reduce((sum, [from, to]) => sum + (to - from) / fps, 0) / Math.max(1, inner.length),
  };
}
