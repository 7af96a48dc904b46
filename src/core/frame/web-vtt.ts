/** Captions as a file of their own (W3C WebVTT): the phrases and lines that a film would show, at the times it would. */
import { frameToSeconds } from '../base/time.ts';
import type { Project } from '../document/project.ts';
import { captionTrack } from './caption-layer.ts';
import type { FramePlan, PreparedShot } from './frame-plan.ts';
import type { TextShaper } from './text.ts';

/** @param shots those of the plan, in its order */
export function webVtt(
  plan: Pick<FramePlan, 'shots' | 'rate'>,
  shots: readonly Pick<PreparedShot, 'words'>[],
  { captions, format }: Pick<Project, 'captions' | 'format'>,
  shaper: TextShaper,
): string {
  const cues = shots.flatMap(({ words }, i) => {
    const span = plan.shots[i];
    if (span === undefined || words.length === 0) return [];
    const startS = frameToSeconds(span.startFrame, plan.rate);
    const endS = frameToSeconds(span.startFrame + span.frameCount, plan.rate);
    return captionTrack(words, captions, format, shaper).chunks.map((chunk) => {
      const lines = chunk.lines.map(({ first, end }) =>
        words
          .slice(first, end)
          .map(({ text }) => escaped(text))
          .join(' '),
      );
      const until = Math.min(endS, startS + chunk.endS);
      return `${clock(startS + chunk.startS)} --> ${clock(until)}\n${lines.join('\n')}\n`;
    });
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (unitMs: number, most: number) => String(Math.floor(ms / unitMs) % most).padStart(2, '0');
  const hours = String(Math.floor(ms / 3_600_000)).padStart(2, '0');
  return `${hours}:${part(60_000, 60)}:${part(1000, 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
