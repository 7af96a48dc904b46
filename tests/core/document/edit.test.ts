import { expect, test } from 'vitest';
import { newId, type AssetHash, type ParagraphId, type PresenterId, type SceneId } from '#core/base/ids.ts';
import { newProject, newPresenter, newVoice } from '#core/document/create.ts';
import * as edit from '#core/document/edit.ts';
import { SYNTHETIC } from '#core/document/likeness.ts';
import type { Project } from '#core/document/project.ts';
import { paragraphText } from '#core/document/script.ts';
import { validateProject } from '#core/document/validate.ts';
import { everythingProject } from './samples.ts';

function texts(project: Project): string[][] {
  return project.scenes.map((scene) => scene.script.paragraphs.map(paragraphText));
}
function scene(project: Project, index: number): Project['scenes'][number] {
  const found = project.scenes[index];
  if (found === undefined) throw new Error('no such scene');
  return found;
}

test('a scene is added after the one named, and looks like it', () => {
  const project = newProject({ scenes: [['a'], ['b']] });
  const next = edit.addScene(project, scene(project, 0).id);
  expect(texts(next)).toEqual([['a'], [''], ['b']]);
  expect(scene(next, 1).presenters).toBe(scene(project, 0).presenters);
  expect(validateProject(next)).toEqual([]);
});

test('a duplicated scene shares no id with the first', () => {
  const project = everythingProject();
  const next = edit.duplicateScene(project, scene(project, 1).id);
  expect(next.scenes.length).toBe(project.scenes.length + 1);
  expect(validateProject(next)).toEqual([]);
});

test('scenes move to where they are put', () => {
  const project = newProject({ scenes: [['a'], ['b'], ['c']] });
  const b = scene(project, 1).id;
  expect(texts(edit.moveScene(project, b, 0))).toEqual([['b'], ['a'], ['c']]);
  expect(texts(edit.moveScene(project, b, 99))).toEqual([['a'], ['c'], ['b']]);
  expect(edit.moveScene(project, b, 1)).toBe(project);
});

test('the last scene stays', () => {
  const project = newProject({ scenes: [['a'], ['b']] });
  const one = edit.removeScene(project, scene(project, 0).id);
  expect(texts(one)).toEqual([['b']]);
  expect(edit.removeScene(one, scene(one, 0).id)).toBe(one);
});

test('paragraphs are added, moved, duplicated and removed; a scene never runs out of them', () => {
  const project = newProject({ scenes: [['a', 'b']] });
  const { id, script } = scene(project, 0);
  const [a, b] = script.paragraphs.map((p) => p.id) as [ParagraphId, ParagraphId];
  expect(texts(edit.addParagraph(project, id, a))).toEqual([['a', '', 'b']]);
  expect(texts(edit.moveParagraph(project, id, b, 0))).toEqual([['b', 'a']]);
  const doubled = edit.duplicateParagraph(project, id, a);
  expect(texts(doubled)).toEqual([['a', 'a', 'b']]);
  expect(validateProject(doubled)).toEqual([]);
  const none = edit.removeParagraph(edit.removeParagraph(project, id, a), id, b);
  expect(texts(none)).toEqual([['']]);
});

test('an edit about something that is gone changes nothing', () => {
  const project = newProject();
  const nobody = newId<SceneId>();
  expect(edit.duplicateScene(project, nobody)).toBe(project);
  expect(edit.removeScene(project, nobody)).toBe(project);
  expect(edit.moveScene(project, nobody, 0)).toBe(project);
  expect(edit.setBackground(project, nobody, { kind: 'color', color: '#000000' })).toBe(project);
});

test('a new voice or presenter for one scene leaves the others theirs', () => {
  const project = newProject({ scenes: [['a'], ['b']] });
  const voice = newVoice({ engineVoice: 'rms' });
  const one = edit.setVoice(project, voice, scene(project, 1).id);
  expect(one.scenes.map((s) => s.voice === voice.id)).toEqual([false, true]);
  const presenter = newPresenter({ name: 'Ada' });
  const all = edit.setPresenter(one, presenter);
  expect(all.scenes.every((s) => s.presenters[0]?.presenter === presenter.id)).toBe(true);
  expect(validateProject(all)).toEqual([]);
});

test('pruning keeps what is used and drops what is not', () => {
  const project = everythingProject();
  const pruned = edit.pruneUnused({ ...project, voices: [...project.voices, newVoice()] });
  expect(pruned.media).toEqual(project.media);
  expect(pruned.voices.length).toBe(3);
  const plain = edit.pruneUnused({
    ...project,
    scenes: project.scenes.slice(0, 1),
    brand: { ...project.brand, logo: null },
  });
  expect(plain.media).toEqual([]);
  expect(validateProject(plain)).toEqual([]);
});

test('someone’s own presenter comes into a drawn one’s place cut out, and a choice made since is kept', () => {
  const hash = (digit: string) => digit.repeat(64) as AssetHash;
  const photo = {
    kind: 'photo',
    id: newId<PresenterId>(),
    name: 'Ada',
    likeness: SYNTHETIC,
    fit: hash('1'),
    picture: hash('2'),
    person: hash('3'),
    plate: hash('4'),
  } as const;
  const project = edit.setPresenter(newProject({ scenes: [['a'], ['b']] }), photo);
  expect(project.scenes.map((s) => s.presenters[0]?.cutOut)).toEqual([true, true]);
  const chosen = edit.updateScene(project, scene(project, 0).id, (s) => ({
    ...s,
    presenters: s.presenters.map((place) => ({ ...place, cutOut: false })),
  }));
  const other = edit.setPresenter(chosen, { ...photo, id: newId<PresenterId>() });
  expect(other.scenes.map((s) => s.presenters[0]?.cutOut)).toEqual([false, true]);
  const drawn = edit.setPresenter(newProject(), newPresenter());
  expect(scene(drawn, 0).presenters[0]?.cutOut).toBe(false);
});
