/** Fits how a person talks to their own lips and, where it belongs to them, their own sound. */
import type { HeardSpeech } from '../../../speech/listen/heard.ts';
import { quantile } from '../../../track/curves.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { MouthBank } from '../mouth/bank.ts';
import { lipsOf } from '../mouth/space.ts';
import type { MouthRange, TalkingStyle } from './style.ts';

export function fitStyle(track: FootageTrack, bank: MouthBank, heard: HeardSpeech | null): TalkingStyle {
  void heard;
  return { learned: false, range: measureRange(track, bank), map: null, sync: null };
}

/** A person who hardly opens the mouth in the footage opens it this far all the same: heights of the face. */
const LEAST_OPEN = 0.16;

export function measureRange(track: FootageTrack, bank: MouthBank): MouthRange {
  const openings: number[] = [];
  const widths: number[] = [];
  for (let f = 0; f < track.frameCount; f++) {
    if (track.seen[f] !== 1) continue;
    const { opening, width } = lipsOf(bank.space, bank.coefficients, f);
    openings.push(opening);
    widths.push(width);
  }
  const shut = quantile(openings, 0.03);
  return {
    shut,
    open: Math.max(shut + LEAST_OPEN, quantile(openings, 0.97)),
    narrow: quantile(widths, 0.03),
    rest: quantile(widths, 0.5),
    broad: quantile(widths, 0.97),
  };
}
