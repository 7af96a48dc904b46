/** Films for the bench: a presenter who says sentences of some length, small enough to be drawn in a minute. */
import { newId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { filmOf } from '../../server/harness/renders/films.ts';

export const SMALL: OutputSpec = {
  codec: 'h264',
  container: 'mp4',
  widthPx: 320,
  heightPx: 180,
  rate: { num: 25, den: 1 },
  bits: 8,
  alpha: false,
  effort: 'draft',
  supersample: 1,
  captions: 'none',
};

/** As most films are asked for. */
export const USUAL: OutputSpec = { ...SMALL, widthPx: 1280, heightPx: 720, effort: 'full' };

const SENTENCE = 'The quick brown fox walks over the long bridge and comes back in the evening with news.';

/** About five seconds a scene. */
export function talk(scenes: number, mark = newId<string>()): Project {
  return filmOf(
    Array.from({ length: scenes }, (_, i) => `${SENTENCE} Number ${i + 1} of ${mark.slice(0, 4)}.`),
  );
}
