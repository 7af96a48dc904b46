/** A person leaves a film: someone else stands in, and only what showed them goes along. */
import { describe, expect, test } from 'vitest';
import { newId, type AssetHash, type PresenterId } from '#core/base/ids.ts';
import { mediaBackground, newPresenter, newProject } from '#core/document/create.ts';
import { addMediaEntry, setBackground, setPresenter, withoutPresenter } from '#core/document/edit.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { MediaEntry, PhotoPresenter, Project } from '#core/document/project.ts';
import { choosePresenter } from '#lib/editor/look-edits.ts';

const hashOf = (digit: string) => digit.repeat(64) as AssetHash;
const entry = (hash: AssetHash): MediaEntry => ({
  hash,
  name: 'part',
  mime: 'image/png',
  bytes: 1,
  kind: 'image',
  widthPx: 10,
  heightPx: 10,
  durationS: null,
});
const PARTS = ['1', '2', '3', '4'].map((digit) => entry(hashOf(digit)));
const photo = (id = newId<PresenterId>()): PhotoPresenter => ({
  kind: 'photo',
  id,
  name: 'Ada',
  likeness: UNCONSENTED,
  fit: hashOf('1'),
  picture: hashOf('2'),
  person: hashOf('3'),
  plate: hashOf('4'),
});
const film = () => newProject({ scenes: [['One.'], ['Two.']] });
const framingsOf = (project: Project) => project.scenes.map((scene) => scene.presenters[0]?.framing);

describe('choosing', () => {
  test('one scene or all; parts join once, and a framing the presenter lacks gives way to its best', () => {
    const start = film();
    const close = {
      ...start,
      scenes: start.scenes.map((s) => ({
        ...s,
        presenters: s.presenters.map((p) => ({ ...p, framing: 'close' as const, centerX: 0.7 })),
      })),
    };
    const ada = photo();
    const one = choosePresenter(
      close,
      ada,
      { parts: PARTS, framings: ['full', 'medium'] },
      close.scenes[1]?.id,
    );
    expect(one.scenes.map((s) => s.presenters[0]?.presenter === ada.id)).toEqual([false, true]);
    expect(framingsOf(one)).toEqual(['close', 'full']);
    expect(one.scenes[1]?.presenters[0]?.centerX).toBe(0.7);
    const all = choosePresenter(one, ada, { parts: PARTS, framings: ['medium', 'close'] });
    expect(framingsOf(all)).toEqual(['close', 'medium']);
    expect(all.media).toHaveLength(4);
    expect(all.presenters.map(({ id }) => id)).toEqual([ada.id]);
  });
});

describe('leaving', () => {
  test('a drawn character of the film stands in; without one, a fresh one joins', () => {
    const ada = photo();
    const start = film();
    const [first] = start.scenes;
    if (!first) throw new Error('a film has a scene');
    const mixed = PARTS.reduce(addMediaEntry, setPresenter(start, ada, first.id));
    const left = withoutPresenter(mixed, ada.id, newPresenter());
    expect(left.presenters).toEqual(start.presenters);
    expect(left.scenes.every((s) => s.presenters[0]?.presenter === start.presenters[0]?.id)).toBe(true);
    expect(left.media).toEqual([]);

    const alone = choosePresenter(film(), ada, { parts: PARTS, framings: ['full'] });
    const fresh = newPresenter();
    const instead = withoutPresenter(alone, ada.id, fresh);
    expect(instead.presenters).toEqual([fresh]);
    expect(framingsOf(instead)).toEqual(['medium', 'medium']);
  });

  test('what a background or another presenter shows too stays', () => {
    const ada = photo();
    const twin = { ...photo(), name: 'Ada again', fit: hashOf('5') };
    const [scene] = film().scenes;
    if (!scene) throw new Error('a film has a scene');
    const start = choosePresenter(film(), ada, { parts: PARTS, framings: ['medium'] });
    const [first, second] = start.scenes;
    if (!first || !second) throw new Error('a film has scenes');
    const withWall = setBackground(start, first.id, mediaBackground(entry(hashOf('2'))));
    expect(withoutPresenter(withWall, ada.id, newPresenter()).media.map(({ hash }) => hash)).toEqual([
      hashOf('2'),
    ]);
    const both = setPresenter(addMediaEntry(start, entry(hashOf('5'))), twin, second.id);
    expect(withoutPresenter(both, ada.id, newPresenter()).media.map(({ hash }) => hash)).toEqual(
      ['2', '3', '4', '5'].map(hashOf),
    );
  });

  test('one who is not in it leaves it as it is', () => {
    const start = film();
    expect(withoutPresenter(start, newId<PresenterId>(), newPresenter())).toBe(start);
  });
});
