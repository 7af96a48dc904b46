/**
 * How long work takes here, learned from what was done: for each kind of work the sum of frames' pixels and of the seconds
 * they took, in which the past fades. From it come the honest waiting time, what a render will cost, and how much work one
 * step is given.
 */
import type { Project } from '#core/document/project.ts';
import { paragraphText } from '#core/document/script.ts';
import type { Queries } from '../../database/drizzle.ts';
import { eq, sql } from '../../database/drizzle.ts';
import { renderSpeed } from '../../database/schema/render.ts';
import type { OutputSpec } from '../../render/process.ts';
import { frameWork, kindOfWork } from './output.ts';

export interface Speed {
  /** Seconds for one frame. */
  readonly wallS: number;
  readonly cpuS: number;
}

/** Seconds for a million pixels, until something was measured: slow, so that what is promised is kept. */
const UNTRIED: Readonly<Record<OutputSpec['effort'], Speed>> = {
  draft: { wallS: 0.15, cpuS: 0.2 },
  full: { wallS: 0.4, cpuS: 0.6 },
};
/** What one more measurement leaves of the earlier ones. */
const FADE = 0.9;

export async function speedFor(queries: Queries, output: OutputSpec): Promise<Speed> {
  const [row] = await queries
    .select()
    .from(renderSpeed)
    .where(eq(renderSpeed.kind, kindOfWork(output)));
  const work = frameWork(output);
  if (!row || row.work <= 0) {
    const { wallS, cpuS } = UNTRIED[output.effort];
    return { wallS: wallS * work, cpuS: cpuS * work };
  }
  return { wallS: (row.wallS / row.work) * work, cpuS: (row.cpuS / row.work) * work };
}

export async function learnSpeed(
  queries: Queries,
  output: OutputSpec,
  { frames, wallS, cpuS }: { readonly frames: number; readonly wallS: number; readonly cpuS: number },
): Promise<void> {
  if (frames <= 0) return;
  const work = frames * frameWork(output);
  const faded = (column: typeof renderSpeed.work, more: number) => sql`${column} * ${FADE} + ${more}::float8`;
  await queries
    .insert(renderSpeed)
    .values({ kind: kindOfWork(output), work, wallS, cpuS })
    .onConflictDoUpdate({
      target: renderSpeed.kind,
      set: {
        work: faded(renderSpeed.work, work),
        wallS: faded(renderSpeed.wallS as unknown as typeof renderSpeed.work, wallS),
        cpuS: faded(renderSpeed.cpuS as unknown as typeof renderSpeed.work, cpuS),
      },
    });
}

/** Characters a second, blanks included, at a voice's own pace. */
const CHARACTERS_A_SECOND = 14;

/** Seconds of film that a project will give, guessed from its words: before it is prepared nobody knows. */
export function guessedDurationS(project: Project): number {
  const speeds = new Map(project.voices.map(({ id, speed }) => [id, speed]));
  let seconds = 0;
  for (const { script, recording, voice } of project.scenes) {
    if (recording) {
      seconds += recording.endS - recording.startS;
      continue;
    }
    for (const paragraph of script.paragraphs) {
      seconds += paragraphText(paragraph).length / CHARACTERS_A_SECOND / (speeds.get(voice) ?? 1);
      for (const inline of paragraph.content) if (inline.kind === 'pause') seconds += inline.durationS;
    }
  }
  return Math.max(1, seconds);
}
