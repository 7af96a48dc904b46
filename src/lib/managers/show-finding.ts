/** Goes to where a finding stands and opens its explanation there: in the script, in a panel, at the film's name. */
import type { PlacedFinding } from '#core/policy/moderation/places.ts';
import type { Studio } from './studio.svelte.ts';

type Shows = Pick<Studio, 'project' | 'wording' | 'script' | 'panel' | 'layerId' | 'nameField' | 'toasts'>;

/** @param placed null: there is none, and that is said */
export function showFinding(studio: Shows, placed: PlacedFinding | null): void {
  if (!placed) {
    studio.toasts.show('The policy finds nothing in these words.');
    return;
  }
  const { place, key } = placed;
  switch (place.kind) {
    case 'script':
      studio.project.sceneId = place.scene;
      studio.script?.goToFinding(key);
      break;
    case 'on-screen':
      studio.project.sceneId = place.scene;
      studio.layerId = place.layer;
      studio.panel = 'text';
      break;
    case 'presenter-name': {
      const scenes = studio.project.project?.scenes ?? [];
      const where = scenes.find((scene) => scene.presenters.some((p) => p.presenter === place.presenter));
      if (where) studio.project.sceneId = where.id;
      studio.panel = 'presenter';
      break;
    }
    case 'voice-name': {
      const scenes = studio.project.project?.scenes ?? [];
      const where = scenes.find(({ voice }) => voice === place.voice);
      if (where) studio.project.sceneId = where.id;
      studio.panel = 'voice';
      break;
    }
    case 'picture': {
      const { picture } = place;
      const scenes = studio.project.project?.scenes ?? [];
      const shown = scenes.find(
        ({ background }) => background.kind === 'image' && background.asset === picture,
      );
      const photo = studio.project.project?.presenters.find(
        (one) => one.kind === 'photo' && [one.picture, one.person, one.plate].includes(picture),
      );
      const spoken = photo && scenes.find((scene) => scene.presenters.some((p) => p.presenter === photo.id));
      const where = shown ?? spoken;
      if (where) studio.project.sceneId = where.id;
      // One that is nowhere yet lies among the pictures for backgrounds.
      const logo = studio.project.project?.brand.logo?.asset === picture;
      studio.panel = shown ? 'background' : photo ? 'presenter' : logo ? 'brand' : 'background';
      break;
    }
    case 'project-name':
      studio.nameField?.focus();
      break;
  }
  studio.wording.openKey = key;
}
