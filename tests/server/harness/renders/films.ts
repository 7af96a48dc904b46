/** Projects for the queue to work on, and how they are asked for. */
import { newProject } from '#core/document/create.ts';
import { newId } from '#core/base/ids.ts';
import type { ParagraphId, SceneId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { OutputSpec } from '#server/render/process.ts';
import type { Asker, Trust } from '../trust.ts';

export const OUTPUT: OutputSpec = {
  codec: 'h264',
  container: 'mp4',
  widthPx: 64,
  heightPx: 64,
  rate: { num: 25, den: 1 },
  bits: 8,
  alpha: false,
  effort: 'full',
  supersample: 1,
  captions: 'none',
};

/** One scene for each of these. */
export function filmOf(words: readonly string[]): Project {
  const project = newProject();
  const [scene] = project.scenes;
  if (!scene) throw new Error('a new project has a scene');
  return {
    ...project,
    scenes: words.map((text) => ({
      ...scene,
      id: newId<SceneId>(),
      script: {
        paragraphs: [{ id: newId<ParagraphId>(), content: [{ kind: 'text', text }], emotion: 'neutral' }],
      },
    })),
  };
}

/** Words that were never said before. */
export function freshWords(scenes: number, what = 'Scene'): readonly string[] {
  const film = newId<string>();
  return Array.from({ length: scenes }, (_, i) => `${what} ${i + 1} of film ${film}.`);
}

export interface ShownRender {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly progress: number;
  readonly waitS: number | null;
  readonly secondsLeft: number | null;
  readonly troubleSince: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly segments: { readonly total: number; readonly done: number; readonly reused: number } | null;
  readonly error: { readonly code: string; readonly message: string; readonly way?: string } | null;
  readonly film: { readonly hash: string; readonly bytes: number } | null;
  readonly keptUntil: string | null;
}

export async function askFor(
  trust: Pick<Trust, 'ask'>,
  who: Asker,
  project: Project,
  over: Partial<{ grade: string; output: OutputSpec; priority: string }> = {},
): Promise<ShownRender> {
  const answer = await trust.ask<ShownRender>(who, 'POST', '/api/renders', {
    ...{ project, grade: 'final', output: OUTPUT },
    ...over,
  });
  if (answer.status !== 201) throw new Error(`not taken: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Ends what hangs. */
const PATIENCE_MS = 45_000;
/** Each look takes what makes the films milliseconds, too. */
const LOOK_EVERY_MS = 100;

export async function until(
  trust: Pick<Trust, 'ask'>,
  who: Asker,
  id: string,
  wanted: (render: ShownRender) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<ShownRender> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const { status, body } = await trust.ask<ShownRender>(who, 'GET', `/api/renders/${id}`);
    if (status !== 200) throw new Error(`not told: ${status} ${JSON.stringify(body)}`);
    if (wanted(body)) return body;
    if (performance.now() > untilMs) throw new Error(`it stays as it is: ${JSON.stringify(body)}`);
    if (['done', 'failed', 'cancelled', 'stopped'].includes(body.state))
      throw new Error(`ended otherwise: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
export const inState = (state: string) => (render: ShownRender) => render.state === state;
