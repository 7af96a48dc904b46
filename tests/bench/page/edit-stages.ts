/** The stages of an edit one by one: the words that are typed are those of the bench through the real engine. */
import { createCompositor } from '#workers/render/compositors.ts';
import { editedText, editProject } from './edit-words.ts';
import { withText } from './films.ts';
import { makeShot, NO_PICTURES, plan, settled, tools } from './parts.ts';
import type { EditFigures, EditStage, EditWish } from './protocol.ts';
import { EDIT_STAGES } from './protocol.ts';

const PREVIEW_HEIGHT_PX = 540;

export async function editStages({ kind, paragraphs, rounds }: EditWish): Promise<EditFigures['stages']> {
  const { gpu } = await tools();
  const project = editProject(paragraphs);
  const script = project.scenes[0]?.script.paragraphs ?? [];
  const edited = script.length >> 1;
  const before = [];
  for (const paragraph of script) before.push(await makeShot(project, paragraph));
  const widthPx = Math.round((PREVIEW_HEIGHT_PX * 16) / 9 / 2) * 2;
  const compositor = createCompositor({ kind, gpu, widthPx, heightPx: PREVIEW_HEIGHT_PX });
  const warm = await plan(
    project,
    before.map(({ shot }) => shot),
  );
  compositor.draw(warm.at(0), NO_PICTURES);
  await settled(compositor, gpu);
  const stages = Object.fromEntries(EDIT_STAGES.map((stage) => [stage, []])) as unknown as Record<
    EditStage,
    number[]
  >;
  for (let round = 0; round < rounds; round++) {
    const changed = withText(project, edited, editedText(round, paragraphs));
    const paragraph = changed.scenes[0]?.script.paragraphs[edited];
    if (!paragraph) throw new Error('The edited paragraph is there.');
    const made = await makeShot(changed, paragraph);
    const shots = before.map(({ shot }, i) => (i === edited ? made.shot : shot));
    const planFrom = performance.now();
    const film = await plan(changed, shots);
    const drawFrom = performance.now();
    const span = film.shots[edited];
    compositor.draw(film.at((span?.startFrame ?? 0) + ((span?.frameCount ?? 0) >> 1)), NO_PICTURES);
    await settled(compositor, gpu);
    stages.draw.push(performance.now() - drawFrom);
    stages.plan.push(drawFrom - planFrom);
    stages.speak.push(made.speakMs);
    stages.animate.push(made.animateMs);
    stages.prepare.push(made.prepareMs);
    stages.loudness.push(made.loudnessMs);
  }
  compositor.close();
  return stages;
}
