/** What follows from what in the studio: managers know nothing of each other, and are tied together here. */
import { untrack } from 'svelte';
import { subjectsOf } from '#core/policy/people.ts';
import type { Studio } from './studio.svelte.ts';

type Tied = Pick<Studio, 'project' | 'player' | 'thumbnails' | 'live' | 'toasts' | 'wording' | 'receipts'>;

/** @returns what unties them */
export function tieTogether(studio: Tied): () => void {
  return $effect.root(() => {
    // Whoever gave their consent, or took it back, changes how the film on stage is marked.
    $effect(() => {
      const known = studio.receipts.all.length > 0;
      untrack(() => {
        const { project } = studio.project;
        if (known && project && subjectsOf(project).size > 0)
          studio.player.prepareSoon(project, studio.player.film ? undefined : 0);
      });
    });
    // Every change of the project goes to the stage and the strip, and its words and pictures to the policy.
    $effect(() => {
      const project = studio.project.project;
      untrack(() => {
        if (!project) return;
        studio.player.prepareSoon(project, studio.player.film ? undefined : 0);
        studio.thumbnails.refreshSoon(project);
        studio.wording.readSoon(project);
      });
    });
    // A live show follows what is edited and which scene is looked at, and ends where the film is played.
    $effect(() => {
      const { project, sceneId } = studio.project;
      untrack(() => {
        if (!project) studio.live.stop();
        else if (sceneId) studio.live.change(project, sceneId);
      });
    });
    $effect(() => {
      if (studio.player.playing) untrack(() => studio.live.stop());
    });
    // While it plays, the strip follows the film.
    $effect(() => {
      const { playing, sceneId } = studio.player;
      if (playing && sceneId) untrack(() => (studio.project.sceneId = sceneId));
    });
    $effect(() => {
      const { error } = studio.player;
      if (error) untrack(() => studio.toasts.fail(error));
    });
  });
}
