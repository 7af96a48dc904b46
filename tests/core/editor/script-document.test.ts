/** The way into the editor and back loses and invents nothing, and leaves untouched what was not touched. */
import { describe, expect, it } from 'vitest';
import { newParagraph, newScene } from '#core/document/create.ts';
import { newId, type VoiceId } from '#core/base/ids.ts';
import { EMOTIONS, GESTURES, paragraphText, type Inline, type Paragraph } from '#core/document/script.ts';
import { seededRandom } from '#core/base/hashing.ts';
import { documentToScenes, nodeRange, scenesToDocument, sourceOffset } from '#lib/editor/script-document.ts';

const VOICE = newId<VoiceId>();
const sceneOf = (...paragraphs: Paragraph[]) => newScene({ voice: VOICE, paragraphs });

const RICH: readonly Inline[] = [
  { kind: 'text', text: 'Dear ' },
  { kind: 'variable', name: 'first', fallback: 'friend' },
  { kind: 'text', text: ', ' },
  { kind: 'pause', durationS: 0.75 },
  { kind: 'text', text: 'tomato', marks: { pronunciation: '/təˈmeɪtoʊ/', emphasis: 2 } },
  { kind: 'gesture', gesture: 'shrug' },
  { kind: 'text', text: ' or so', marks: { emphasis: 1 } },
];

/** A seeded script of any shape the document allows in normal form: no empty or adjoining equal runs. */
function randomParagraph(random: () => number): Paragraph {
  const content: Inline[] = [];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let i = Math.floor(random() * 8); i > 0; i--) {
    const last = content.at(-1);
    if (random() < 0.5 && last?.kind !== 'text') {
      const emphasis = pick([undefined, 1, 2] as const);
      content.push({
        kind: 'text',
        text: pick(['a word', 'Übergröße ', '  two  spaces ', '💬 emoji', 'Ω', '…']),
        ...(emphasis === undefined ? {} : { marks: { emphasis } }),
      });
    } else if (random() < 0.4) content.push({ kind: 'pause', durationS: pick([0.1, 0.5, 2.25]) });
    else if (random() < 0.5) content.push({ kind: 'gesture', gesture: pick(GESTURES) });
    else content.push({ kind: 'variable', name: 'city', fallback: pick(['', 'Paris']) });
  }
  return newParagraph(content, pick(EMOTIONS));
}

describe('a script in the editor', () => {
  it('comes back equal, with every mark, atom, feeling and id', () => {
    const scenes = [sceneOf(newParagraph(RICH, 'concerned'), newParagraph()), sceneOf(newParagraph('Next.'))];
    const back = documentToScenes(scenesToDocument(scenes));
    expect(back).toEqual(scenes.map(({ id, script }) => ({ id, script })));
  });

  it('comes back equal whatever it holds', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round++) {
      const scenes = [sceneOf(randomParagraph(random), randomParagraph(random))];
      expect(documentToScenes(scenesToDocument(scenes))[0]?.script).toEqual(scenes[0]?.script);
    }
  });

  it('keeps the very same paragraph objects where nothing was typed', () => {
    const scenes = [sceneOf(newParagraph('One.'), newParagraph(RICH)), sceneOf(newParagraph('Two.'))];
    const back = documentToScenes(scenesToDocument(scenes));
    expect(back[0]?.script.paragraphs[1]).toBe(scenes[0]?.script.paragraphs[1]);
    const document = scenesToDocument(scenes);
    expect(documentToScenes(document)[1]?.script).toBe(documentToScenes(document)[1]?.script);
  });

  it('gives a scene without paragraphs one to write in', () => {
    const bare = { ...sceneOf(), script: { paragraphs: [] } };
    const back = documentToScenes(scenesToDocument([bare]));
    expect(back[0]?.script.paragraphs).toHaveLength(1);
    expect(back[0]?.script.paragraphs[0]?.content).toEqual([]);
  });
});

describe('offsets between text and editor', () => {
  const paragraph = newParagraph(RICH);
  const node = scenesToDocument([sceneOf(paragraph)]).firstChild?.firstChild;
  if (!node) throw new Error('no paragraph');
  const text = paragraphText(paragraph);

  it('find the word that is being said, past pauses and gestures', () => {
    const start = text.indexOf('tomato');
    const range = nodeRange(node, start, start + 'tomato'.length);
    expect(range && node.textBetween(range.from, range.to)).toBe('tomato');
  });

  it('cover a variable whole when a part of its fallback is said', () => {
    const start = text.indexOf('friend');
    const range = nodeRange(node, start + 1, start + 3);
    expect(range && range.to - range.from).toBe(1);
    expect(range && node.nodeAt(range.from)?.type.name).toBe('variable');
  });

  it('lead back from a click to the text under it', () => {
    for (const word of ['Dear', 'tomato', 'or so']) {
      const start = text.indexOf(word);
      const range = nodeRange(node, start, start + word.length);
      expect(range && sourceOffset(node, range.from)).toBe(start);
      expect(range && sourceOffset(node, range.to)).toBe(start + word.length);
    }
  });

  it('say there is nothing where nothing is', () => {
    expect(nodeRange(node, text.length + 3, text.length + 5)).toBeNull();
  });
});
