/** The networks that moderate, as they ship: what they answer, and that the recipe in Python cuts the same pieces. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadJsonAsset, loadManifest } from '#core/model/files.ts';
import {
  MODERATION,
  openTextClassifier,
  pieceTable,
  type OpenTextClassifier,
} from '#core/policy/moderation/classifier/text-classifier.ts';
import {
  judgeShares,
  moderateImage,
  openPictureClassifier,
  type PictureClassifier,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import { CATEGORIES } from '#core/policy/moderation/verdict.ts';
import { runCli } from '#server/cli/main.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';

const files = diskModelFiles();
const runtime = ortNodeRuntime({ files });
let words: OpenTextClassifier;
let pictures: PictureClassifier;
beforeAll(async () => {
  words = await openTextClassifier(runtime, files);
  pictures = await openPictureClassifier(runtime, files);
});
afterAll(() => runtime.close());

describe('the classifier of words', () => {
  it('tells meant from ordinary in words that are nearly the same', async () => {
    const pairs = [
      [
        'threats',
        'If she ever comes back I am going to drown her, believe me.',
        'If she ever comes back we will welcome her, believe me.',
      ],
      [
        'fraud',
        'Send us the code at once or your account is lost.',
        'Send us your feedback at any time, your opinion counts.',
      ],
      [
        'hate',
        'Those immigrants are ruining our country, get rid of them.',
        'Those immigrants are building our country, thank them.',
      ],
    ] as const;
    for (const [category, meant, ordinary] of pairs) {
      const [worse, better] = await words.classify([meant, ordinary]);
      const at = CATEGORIES.indexOf(category);
      expect((worse?.[at] ?? 0) - (better?.[at] ?? 1), meant).toBeGreaterThan(0.1);
    }
  });

  it('gives a sentence the same score whatever stands beside it', async () => {
    const [alone] = await words.classify(['Our sales rose by four percent.']);
    const [, beside] = await words.classify(['Kill them all.', 'Our sales rose by four percent.']);
    expect(beside).toEqual(alone);
    expect(alone).toHaveLength(CATEGORIES.length);
  });

  it('takes any text: empty, long, foreign, broken', async () => {
    const answers = await words.classify(['', 'word '.repeat(2000), '你好，世界', '\ud800', '🎬🎬']);
    for (const answer of answers) for (const value of answer) expect(value >= 0 && value <= 1).toBe(true);
  });
});

describe('pieces', () => {
  it('are those of the Python recipe', async (context) => {
    const texts = [
      'Kill all Jews.',
      '  Zwei   Leerzeichen, Straße, ÄÖÜ ß',
      'L’été à la plage – ﬁn…',
      '¿Qué tal? ¡Señor!',
      'ＦＵＬＬ ｗｉｄｔｈ ① ½ x² 🎬 你好 İstanbul ΣΑΣ',
      'word '.repeat(300),
      '',
    ];
    const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
    writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
    const script = `
import json, sys
sys.path.insert(0, 'training/moderation')
from shared import Pieces
data = json.load(open('static/models/moderation/pieces.json', encoding='utf-8'))
table = Pieces(data['pieces'], data['scores'])
print(json.dumps([table.encode(t) for t in json.load(open(sys.argv[1], encoding='utf-8'))]))`;
    const root = join(import.meta.dirname, '../..');
    const ran = await promisify(execFile)('python3', ['-c', script, join(folder, 'texts.json')], {
      cwd: root,
    }).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : Promise.reject(error)));
    if (!ran) return context.skip('there is no Python here');
    const manifest = await loadManifest(files, MODERATION);
    const table = pieceTable(await loadJsonAsset(files, manifest, 'pieces.json'));
    expect(texts.map((text) => table.encode(text))).toEqual(JSON.parse(ran.stdout));
  });

  it('are refused when their list is damaged', () => {
    expect(() => pieceTable({ pieces: ['a'], scores: [] })).toThrow('damaged');
  });
});

describe('the classifier of pictures', () => {
  const picture = (paint: (x: number, y: number) => readonly [number, number, number]) => {
    const [widthPx, heightPx] = [320, 180];
    const rgba = new Uint8ClampedArray(4 * widthPx * heightPx);
    for (let y = 0; y < heightPx; y++)
      for (let x = 0; x < widthPx; x++) rgba.set([...paint(x, y), 255], 4 * (y * widthPx + x));
    return { rgba, widthPx, heightPx };
  };

  it('lets a slide and a landscape pass', async () => {
    const slide = picture((x, y) => (y > 60 && y < 80 && x > 40 && x < 200 ? [20, 20, 60] : [250, 250, 250]));
    const land = picture((x, y) => (y > 110 ? [60, 120, 50] : [120 + y / 2, 170, 240 - x / 8]));
    expect((await moderateImage('slide', slide, pictures)).decision).toBe('allow');
    expect((await moderateImage('land', land, pictures)).decision).toBe('allow');
  });

  it('blocks what it is sure of, sends doubts to a person, and says it of no words', () => {
    const shares = { drawing: 0, hentai: 0, neutral: 0, porn: 0, sexy: 0 };
    expect(judgeShares({ ...shares, porn: 0.99 })).toMatchObject([
      { rule: 'S1', decision: 'block', span: null },
    ]);
    expect(judgeShares({ ...shares, porn: 0.6, hentai: 0.35 })).toMatchObject([
      { rule: 'S1', decision: 'review' },
    ]);
    expect(judgeShares({ ...shares, sexy: 0.95 })).toMatchObject([{ rule: 'S4', decision: 'review' }]);
    expect(judgeShares({ ...shares, neutral: 0.2, sexy: 0.8 })).toEqual([]);
  });
});

describe('orator moderate', () => {
  async function run(text: string, ...options: string[]) {
    const path = join(mkdtempSync(join(tmpdir(), 'moderate-')), 'text.txt');
    writeFileSync(path, text);
    const [out, said]: [string[], string[]] = [[], []];
    const code = await runCli(['moderate', path, ...options], {
      print: (line) => void out.push(line),
      say: (line) => void said.push(line),
      status: { isTTY: false, columns: 80, write: () => undefined },
      signal: new AbortController().signal,
    });
    return { code, out: out.join('\n'), said: said.join('\n') };
  }

  it('prints the verdict of the whole, to the letter, and ends with 3 where it is blocked', async () => {
    const text = 'Welcome to the course.\n\nKill all Muslims, he thinks.';
    const { code, out } = await run(text, '--json');
    expect(code).toBe(3);
    const expected = await moderate(
      [
        { id: 'paragraph 1', kind: 'script', text: 'Welcome to the course.' },
        { id: 'paragraph 2', kind: 'script', text: 'Kill all Muslims, he thinks.' },
      ],
      { classifier: words },
    );
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('ends with 0 where it is allowed, and says what a person would read', async () => {
    expect(await run('Welcome to the course.')).toEqual({ code: 0, out: 'text.txt: allowed', said: '' });
    const blocked = await run('Buy cocaine online here.', '--rules-only');
    expect(blocked.code).toBe(3);
    expect(blocked.out).toContain('blocked by G1 (illegal drugs): “Buy cocaine online”');
  });

  it('fails on what it is told to', async () => {
    const text = 'Vote for Donald Trump on Tuesday.';
    expect((await run(text, '--rules-only')).code).toBe(0);
    expect((await run(text, '--rules-only', '--fail-on', 'review')).code).toBe(3);
    expect((await run('Kill all Muslims.', '--rules-only', '--fail-on', 'never')).code).toBe(0);
  });

  it('says what is wrong with its arguments', async () => {
    expect((await run('x', '--kind', 'poem')).code).toBe(2);
    expect((await run(' ')).code).toBe(1);
  });
});

it('the licence of each network stands in its manifest', () => {
  for (const id of ['moderation', 'image-safety'])
    expect(
      readFileSync(join(import.meta.dirname, `../../static/models/${id}/manifest.json`), 'utf8'),
    ).toMatch(/"licence": "(Apache-2.0|MIT)"/);
});
