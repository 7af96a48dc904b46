/** Findings stand where a person meets them: under the written words, in reading order, once each. */
import { describe, expect, it } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { newParagraph, newProject, newScene } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import { paragraphText, type Inline } from '#core/document/script.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import { textPieces } from '#core/policy/moderation/pieces.ts';
import { ruleOf } from '#core/policy/moderation/policy.ts';
import { placedFindings, writtenSpan } from '#core/policy/moderation/places.ts';

function filmOf(...paragraphs: (readonly Inline[])[]): Project {
  const project = newProject();
  const voice = project.voices[0]!.id;
  return { ...project, scenes: [newScene({ voice, paragraphs: paragraphs.map((p) => newParagraph(p)) })] };
}
async function placed(project: Project) {
  return placedFindings(project, await moderate(textPieces(project)));
}

describe('findings in a project', () => {
  it('name the words in the paragraph, past pauses, gestures and variables', async () => {
    const project = filmOf(
      [{ kind: 'text', text: 'Good morning.' }],
      [
        { kind: 'text', text: 'Dear ' },
        { kind: 'variable', name: 'first', fallback: 'friend' },
        { kind: 'text', text: ', we will ' },
        { kind: 'pause', durationS: 1 },
        { kind: 'text', text: 'kill ' },
        { kind: 'gesture', gesture: 'chop' },
        { kind: 'text', text: 'all immigrants', marks: { emphasis: 2 } },
        { kind: 'text', text: '.' },
      ],
    );
    const found = await placed(project);
    expect(found.length).toBeGreaterThan(0);
    const paragraph = project.scenes[0]!.script.paragraphs[1]!;
    for (const { place, span, words } of found) {
      expect(place).toEqual({ kind: 'script', scene: project.scenes[0]!.id, paragraph: paragraph.id });
      expect(words).toBe(paragraphText(paragraph).slice(span.start, span.end));
    }
    expect(found.some(({ words }) => words.includes('kill'))).toBe(true);
  });

  it('are one where a word is bad both as written and as said, and stand under the written word where only that is', async () => {
    const both = filmOf([
      { kind: 'text', text: 'We will ' },
      { kind: 'text', text: 'kill', marks: { pronunciation: 'kill' } },
      { kind: 'text', text: ' all immigrants.' },
    ]);
    const twice = await placed(both);
    expect(new Set(twice.map(({ key }) => key)).size).toBe(twice.length);

    const hidden = filmOf([
      { kind: 'text', text: 'We will ' },
      { kind: 'text', text: 'hug', marks: { pronunciation: 'kill' } },
      { kind: 'text', text: ' all immigrants.' },
    ]);
    const only = await placed(hidden);
    expect(only.length).toBeGreaterThan(0);
    expect(only[0]!.words).toContain('hug');
    expect(only[0]!.words).not.toContain('kill');
  });

  it('keep their key over an edit elsewhere, and come in reading order with names and words on screen', async () => {
    const project = filmOf([{ kind: 'text', text: 'Kill all immigrants.' }]);
    const [scene] = project.scenes;
    const withAll: Project = { ...project, name: 'Kill all immigrants' };
    const before = await placed(withAll);
    expect(before.map(({ place }) => place.kind)).toEqual(['project-name', 'script']);
    const after = await placed({
      ...withAll,
      scenes: [{ ...scene!, script: { paragraphs: [...scene!.script.paragraphs, newParagraph('More.')] } }],
    });
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });
});

describe('findings in pictures', () => {
  const finding = {
    category: 'sexual',
    decision: 'review',
    source: 'image',
    score: 0.95,
  } as const;
  const found = {
    ...finding,
    rule: ruleOf('S4').id,
    span: null,
    reason: 'It looks so.',
    way: 'Another one.',
  };
  const picture = 'a'.repeat(64) as AssetHash;
  const pieces = [{ pieceId: picture, decision: 'review' as const, findings: [found] }];

  it('stand at the picture, by its name, for as long as the project has it', () => {
    const project = filmOf([{ kind: 'text', text: 'Good morning.' }]);
    const entry = { mime: 'image/png', bytes: 1, widthPx: 1, heightPx: 1, durationS: null } as const;
    const media = [{ ...entry, hash: picture, name: 'shore.png', kind: 'image' as const }];
    expect(placedFindings({ ...project, media }, { pieces })).toMatchObject([
      { place: { kind: 'picture', picture }, words: 'shore.png', finding: { rule: 'S4' } },
    ]);
    expect(placedFindings(project, { pieces })).toEqual([]);
  });
});

describe('a span of what is said', () => {
  it('covers a respelt word whole, and is exact elsewhere', () => {
    const paragraph = newParagraph([
      { kind: 'text', text: 'ab ' },
      { kind: 'text', text: 'xyz', marks: { pronunciation: 'longer' } },
      { kind: 'text', text: ' cd' },
    ]);
    // said: "ab longer cd", written: "ab xyz cd"
    expect(writtenSpan(paragraph, { start: 0, end: 2 })).toEqual({ start: 0, end: 2 });
    expect(writtenSpan(paragraph, { start: 5, end: 6 })).toEqual({ start: 3, end: 6 });
    expect(writtenSpan(paragraph, { start: 10, end: 12 })).toEqual({ start: 7, end: 9 });
    expect(writtenSpan(paragraph, { start: 0, end: 12 })).toEqual({ start: 0, end: 9 });
  });
});
