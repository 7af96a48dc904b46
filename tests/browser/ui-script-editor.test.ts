/** The script editor as fingers meet it: real keys in a real browser, and what the project hears of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { newId, type VoiceId } from '#core/base/ids.ts';
import { newParagraph, newScene } from '#core/document/create.ts';
import { paragraphText, type Paragraph } from '#core/document/script.ts';
import { cleanPastedHtml } from '#lib/editor/paste.ts';
import { insertGesture, insertPause, setPronunciation } from '#lib/editor/script-commands.ts';
import type { SceneScript } from '#lib/editor/script-document.ts';
import { ScriptEditor, type CaretInfo, type SlashQuery } from '#lib/editor/script-editor.ts';

const VOICE = newId<VoiceId>();
const sceneOf = (...paragraphs: Paragraph[]) => newScene({ voice: VOICE, paragraphs });

let host: HTMLElement;
let editor: ScriptEditor;
let heard: { scenes: readonly SceneScript[]; key: string | null }[];
let caret: CaretInfo | null;
let slash: SlashQuery | null;
let clicked: { paragraph: string; offset: number }[];
let undone: number;

function open(...scenes: ReturnType<typeof sceneOf>[]): void {
  editor = new ScriptEditor(host, scenes, {
    change: (now, key) => heard.push({ scenes: now, key }),
    caret: (info) => (caret = info),
    clickWord: (paragraph, offset) => clicked.push({ paragraph, offset }),
    clickFinding: () => undefined,
    slash: (query) => (slash = query),
    slashKey: () => false,
    undo: () => undone++,
    redo: () => undefined,
    pronounce: () => undefined,
    chooseEmotion: () => undefined,
    sceneNote: () => '',
  });
}
/** What the project was last told: paragraphs of text, scene by scene. */
const told = () => heard.at(-1)?.scenes.map((scene) => scene.script.paragraphs.map(paragraphText)) ?? [];
const ids = () => heard.at(-1)?.scenes.flatMap((scene) => scene.script.paragraphs.map((p) => p.id)) ?? [];

beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  heard = [];
  clicked = [];
  caret = null;
  slash = null;
  undone = 0;
});
afterEach(() => {
  editor.destroy();
  host.remove();
});

describe('writing', () => {
  it('makes a paragraph with Enter, each with an id of its own, and the old one keeps its own', async () => {
    const first = newParagraph('', 'warm');
    open(sceneOf(first));
    editor.focus();
    await userEvent.keyboard('Good morning.{Enter}Welcome.');
    expect(told()).toEqual([['Good morning.', 'Welcome.']]);
    expect(ids()[0]).toBe(first.id);
    expect(new Set(ids()).size).toBe(2);
    expect(heard.at(-1)?.scenes[0]?.script.paragraphs[1]?.emotion).toBe('warm');
  });

  it('lets a paragraph keep its id when Enter opens a line above it', async () => {
    const written = newParagraph('Written.');
    open(sceneOf(written));
    editor.goToScene(editorScene(0));
    await userEvent.keyboard('{Enter}');
    expect(told()).toEqual([['', 'Written.']]);
    expect(ids()[1]).toBe(written.id);
  });

  it('makes a scene of what follows the caret with Ctrl+Enter, and joins it again with Backspace', async () => {
    open(sceneOf(newParagraph('One.'), newParagraph('Two.')));
    editor.goToScene(editorScene(0));
    await userEvent.keyboard('{End}');
    // The browser tells of a moved caret a moment after the key.
    await expect.poll(() => caret?.offset).toBe('One.'.length);
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    expect(told()).toEqual([['One.'], ['Two.']]);
    await userEvent.keyboard('{Backspace}');
    expect(told()).toEqual([['One.', 'Two.']]);
  });

  it('makes an empty scene at the very end', async () => {
    open(sceneOf(newParagraph('Only.')));
    editor.goToScene(editorScene(0), 'end');
    await userEvent.keyboard('{Control>}{Enter}{/Control}Next.');
    expect(told()).toEqual([['Only.'], ['Next.']]);
  });

  it('tells typing in one paragraph as one run, and a new paragraph as a step of its own', async () => {
    open(sceneOf(newParagraph('')));
    editor.focus();
    await userEvent.keyboard('ab');
    expect(new Set(heard.map((change) => change.key)).size).toBe(1);
    expect(heard[0]?.key).toMatch(/^type:/);
    await userEvent.keyboard('{Enter}');
    expect(heard.at(-1)?.key).toBeNull();
  });

  it('hands undo to its owner', async () => {
    open(sceneOf(newParagraph('')));
    editor.focus();
    await userEvent.keyboard('a{Control>}z{/Control}');
    expect(undone).toBe(1);
  });
});

describe('marks', () => {
  it('stresses the word at the caret with Ctrl+B, and takes it back', async () => {
    open(sceneOf(newParagraph('hello world')));
    editor.goToScene(editorScene(0), 'end');
    await userEvent.keyboard('{Control>}b{/Control}');
    expect(content()).toEqual([
      { kind: 'text', text: 'hello ' },
      { kind: 'text', text: 'world', marks: { emphasis: 1 } },
    ]);
    expect(caret?.emphasis).toBe(1);
    await userEvent.keyboard('{Control>}b{/Control}');
    expect(content()).toEqual([{ kind: 'text', text: 'hello world' }]);
  });

  it('puts pauses and gestures where the caret is', () => {
    open(sceneOf(newParagraph('Now')));
    editor.goToScene(editorScene(0), 'end');
    editor.run(insertPause(0.5));
    editor.run(insertGesture('wave'));
    expect(content()).toEqual([
      { kind: 'text', text: 'Now' },
      { kind: 'pause', durationS: 0.5 },
      { kind: 'gesture', gesture: 'wave' },
    ]);
  });

  it('says a word differently', () => {
    open(sceneOf(newParagraph('tomato')));
    editor.goToScene(editorScene(0), 'end');
    editor.run(setPronunciation('/təˈmɑːtəʊ/'));
    expect(content()).toEqual([{ kind: 'text', text: 'tomato', marks: { pronunciation: '/təˈmɑːtəʊ/' } }]);
  });

  it('opens the menu on a slash after a space, with what is typed behind it, but not in “and/or”', async () => {
    open(sceneOf(newParagraph('')));
    editor.focus();
    await userEvent.keyboard('and/or');
    expect(slash).toBeNull();
    await userEvent.keyboard(' /wa');
    expect(slash?.query).toBe('wa');
    if (slash) editor.takeSlash(slash);
    expect(told()).toEqual([['and/or ']]);
  });
});

describe('from outside', () => {
  it('takes a change over without moving what did not change', async () => {
    const scenes = [sceneOf(newParagraph('One.')), sceneOf(newParagraph('Two.'))];
    open(...scenes);
    const untouched = host.querySelectorAll('.paragraph-text')[1];
    const [first] = scenes;
    if (!first) throw new Error('no scene');
    const changed = {
      ...first,
      script: { paragraphs: [{ ...newParagraph('One, changed.'), id: pid(first) }] },
    };
    editor.setScenes([changed, ...scenes.slice(1)]);
    expect(host.querySelectorAll('.paragraph-text')[0]?.textContent).toBe('One, changed.');
    expect(host.querySelectorAll('.paragraph-text')[1]).toBe(untouched);
    expect(heard).toEqual([]);
  });

  it('takes any order of scenes over exactly', () => {
    const scenes = ['A', 'A', 'B', 'A'].map((text) => sceneOf(newParagraph(text), newParagraph(text)));
    open(...scenes);
    for (const order of [
      scenes.toReversed(),
      scenes.slice(1),
      [...scenes.slice(2), ...scenes.slice(0, 2)],
      scenes,
    ]) {
      editor.setScenes(order);
      const shown = [...host.querySelectorAll('[data-scene]')].map((element) =>
        element.getAttribute('data-scene'),
      );
      expect(shown).toEqual(order.map((scene) => scene.id));
    }
  });

  it('lights the word that is being said', () => {
    const paragraph = newParagraph([
      { kind: 'text', text: 'Say ' },
      { kind: 'pause', durationS: 1 },
      { kind: 'text', text: 'cheese now' },
    ]);
    open(sceneOf(paragraph));
    editor.setSpoken({ paragraph: paragraph.id, sourceStart: 4, sourceEnd: 10 });
    expect(host.querySelector('.spoken')?.textContent).toBe('cheese');
    editor.setSpoken(null);
    expect(host.querySelector('.spoken')).toBeNull();
  });

  it('tells which word was clicked', async () => {
    const paragraph = newParagraph('alpha beta');
    open(sceneOf(paragraph));
    await userEvent.click(host.querySelector('.paragraph-text') as HTMLElement, {
      position: { x: 20, y: 8 },
    });
    expect(clicked.at(-1)?.paragraph).toBe(paragraph.id);
    expect(clicked.at(-1)?.offset).toBeLessThan(paragraphText(paragraph).length);
  });
});

describe('pasting', () => {
  const WORD = `<html xmlns:o="urn:x"><head><style>p.MsoNormal {color:red}</style></head><body><!--StartFragment-->
    <p class=MsoNormal style='margin:0'><b><span style='color:red'>First</span></b> line<o:p></o:p></p>
    <p class=MsoListParagraph><span style='mso-list:Ignore'>1.&nbsp;&nbsp;</span>An item</p>
    <table><tr><td><p>Cell</p></td></tr></table><!--EndFragment--></body></html>`;
  const DOCS = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span>One</span></p><br><p dir="ltr"><span>Two<br>three</span></p></b>`;

  it('from Word gives clean paragraphs', () => {
    expect(cleanPastedHtml(WORD)).toBe('<p>First line</p><p>An item</p><p>Cell</p>');
  });
  it('from Google Docs gives clean paragraphs', () => {
    expect(cleanPastedHtml(DOCS)).toBe('<p>One</p><p>Two</p><p>three</p>');
  });
  it('never carries a script or markup over', () => {
    expect(cleanPastedHtml('<p>a &lt;img src=x&gt;</p><script>alert(1)</script>')).toBe(
      'a &lt;img src=x&gt;',
    );
  });
  it('arrives in the script, one paragraph a line', () => {
    open(sceneOf(newParagraph('')));
    editor.focus();
    paste({ 'text/html': DOCS, 'text/plain': 'One\n\nTwo\nthree' });
    expect(told()).toEqual([['One', 'Two', 'three']]);
    expect(new Set(ids()).size).toBe(3);
  });
  it('of a single line joins the line it is pasted into', () => {
    open(sceneOf(newParagraph('Hello ')));
    editor.goToScene(editorScene(0), 'end');
    paste({ 'text/plain': 'there' });
    expect(told()).toEqual([['Hello there']]);
  });
});

function paste(parts: Record<string, string>): void {
  const clipboardData = new DataTransfer();
  for (const [type, text] of Object.entries(parts)) clipboardData.setData(type, text);
  editor.view.dom.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
  );
}
function content(): unknown {
  return heard.at(-1)?.scenes[0]?.script.paragraphs[0]?.content;
}
function editorScene(index: number): ReturnType<typeof sceneOf>['id'] {
  return String(editor.view.state.doc.child(index).attrs['id']) as ReturnType<typeof sceneOf>['id'];
}
function pid(scene: ReturnType<typeof sceneOf>): Paragraph['id'] {
  const id = scene.script.paragraphs[0]?.id;
  if (!id) throw new Error('no paragraph');
  return id;
}
