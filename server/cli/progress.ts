/**
 * Progress as text: on a terminal one line that is drawn again, in a log a line for every tenth. The phases are one
 * film to the person, so the bar covers all of them by their usual shares of the time.
 */
import type { FitPhase } from '#core/pipeline/fit-api.ts';
import type { HeadlessProgress } from '#core/pipeline/headless.ts';
import type { Io } from './command.ts';

const PHASES = [
  { phase: 'speak', share: 0.1, label: 'Speaking' },
  { phase: 'draw', share: 0.75, label: 'Drawing' },
  { phase: 'sound', share: 0.05, label: 'Mixing' },
  { phase: 'file', share: 0.1, label: 'Writing' },
] as const satisfies readonly { phase: HeadlessProgress['phase']; share: number; label: string }[];

/** Making a presenter counts over all its phases by itself. */
const FIT_LABELS: Readonly<Record<FitPhase, string>> = {
  read: 'Reading',
  track: 'Following',
  fit: 'Fitting',
  keep: 'Writing',
};

/** How much of the whole is done, 0 to 1. */
export function overallFraction(progress: HeadlessProgress): number {
  if (progress.phase in FIT_LABELS) return progress.done / progress.total;
  let before = 0;
  for (const { phase, share } of PHASES) {
    if (phase === progress.phase)
      return before + share * (progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0);
    before += share;
  }
  return before;
}

function labelOf(phase: HeadlessProgress['phase']): string {
  const known: Readonly<Record<string, string>> = FIT_LABELS;
  return known[phase] ?? PHASES.find((entry) => entry.phase === phase)?.label ?? '';
}

export interface ProgressLine {
  update(progress: HeadlessProgress): void;
  /** Leaves the terminal on a fresh line. */
  end(): void;
}

export function progressLine(status: Io['status']): ProgressLine {
  let furthest = 0;
  let lastTenth = -1;
  let drawn = false;
  return {
    update(progress) {
      // Phases may overlap; a bar that walks back tells nobody anything.
      furthest = Math.max(furthest, overallFraction(progress));
      const percent = Math.floor(furthest * 100);
      const label = labelOf(progress.phase);
      const left = progress.secondsLeft === null ? '' : `  about ${durationText(progress.secondsLeft)} left`;
      if (status.isTTY) {
        const text = `${String(percent).padStart(3)}%  ${label}${left}`;
        const cells = Math.max(0, Math.min(30, status.columns - text.length - 4));
        const full = Math.round(cells * furthest);
        status.write(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(cells - full)} ${text}`);
        drawn = true;
      } else if (Math.floor(percent / 10) > lastTenth) {
        lastTenth = Math.floor(percent / 10);
        status.write(`${percent}% ${label}${left}\n`);
      }
    },
    end() {
      if (drawn) status.write('\r\x1b[K');
      drawn = false;
    },
  };
}

export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
