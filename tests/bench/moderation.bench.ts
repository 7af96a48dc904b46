/**
 * How well the moderation of words does on sentences that nothing was trained or tuned on: what it finds, what it wrongly
 * holds up, how it stands against evasion, beside the lexicon alone and beside word lists from npm in the same run.
 * Shares come with Wilson's 95 % intervals, because the sets are small.
 */
import { openTextClassifier } from '#core/policy/moderation/classifier/text-classifier.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import {
  CATEGORIES,
  type Category,
  type PieceVerdict,
  type TextClassifier,
} from '#core/policy/moderation/verdict.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { rivals } from './moderation/rivals.ts';
import { blind, known, MASKS, PLAIN, type SentenceSet } from './moderation/sets.ts';
import { share } from './moderation/share.ts';
import type { Row } from './row.ts';

export const name = 'moderation: words';

/** Something that says whether a text is held up. */
interface Judge {
  readonly name: string;
  /** Categories held up; `any` for a judge that knows none. */
  judge(texts: readonly string[]): Promise<readonly (readonly (Category | 'any')[])[]>;
}

function ours(label: string, classifier: TextClassifier | null): Judge {
  return {
    name: label,
    async judge(texts) {
      const { pieces } = await moderate(
        texts.map((text, i) => ({ id: String(i), kind: 'script', text })),
        { classifier },
      );
      return pieces.map((piece: PieceVerdict) => [
        ...new Set(piece.findings.map(({ category }) => category)),
      ]);
    },
  };
}

async function overall(judge: Judge, { name: from, judged: set, ordinary }: SentenceSet): Promise<Row[]> {
  const found = await judge.judge(set.map(({ text }) => text));
  const held = found.map((categories) => categories.length > 0);
  const count = (meant: boolean) => {
    const own = set.flatMap((one, i) => (one.meant === meant ? [held[i]] : []));
    return [own.filter(Boolean).length, own.length] as const;
  };
  const plain = await judge.judge(ordinary);
  return [
    share(`${from}, ${judge.name}: held up of what is meant`, ...count(true)),
    share(`${from}, ${judge.name}: held up of what looks alike`, ...count(false)),
    share(
      `${from}, ${judge.name}: held up of ordinary sentences`,
      plain.filter((categories) => categories.length > 0).length,
      plain.length,
    ),
  ];
}

async function byCategory(judge: Judge, { name: from, judged: set }: SentenceSet): Promise<Row[]> {
  const found = await judge.judge(set.map(({ text }) => text));
  return CATEGORIES.flatMap((category) => {
    const own = set.flatMap((one, i) => (one.category === category && one.meant ? [found[i] ?? []] : []));
    const alike = set.flatMap((one, i) => (one.category === category && !one.meant ? [found[i] ?? []] : []));
    const said = set.flatMap((one, i) => (found[i]?.includes(category) ? [one] : []));
    // A threat to a group is hatred as well: what is meant in a neighbouring category is no false alarm.
    const right = said.filter((one) => one.meant);
    return [
      share(
        `${from}, ${category}: recall, as this category`,
        own.filter((c) => c.includes(category)).length,
        own.length,
      ),
      share(
        `${from}, ${category}: recall, held up at all`,
        own.filter((c) => c.length > 0).length,
        own.length,
      ),
      share(`${from}, ${category}: precision`, right.length, said.length),
      share(
        `${from}, ${category}: look-alikes held up`,
        alike.filter((c) => c.length > 0).length,
        alike.length,
      ),
    ];
  });
}

async function evasion(judge: Judge): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [mask, put] of Object.entries(MASKS)) {
    const held = await judge.judge(PLAIN.map((text) => `${put(text)}.`));
    rows.push(share(`${judge.name}: through ${mask}`, held.filter((c) => c.length > 0).length, PLAIN.length));
  }
  return rows;
}

async function byLanguage(judge: Judge, { name: from, judged: set }: SentenceSet): Promise<Row[]> {
  const found = await judge.judge(set.map(({ text }) => text));
  return ['en', 'de', 'fr', 'es'].flatMap((language) => {
    const of = (meant: boolean) =>
      set.flatMap((one, i) =>
        one.language === language && one.meant === meant ? [(found[i] ?? []).length > 0] : [],
      );
    return [
      share(
        `${from}, ${language}: held up of what is meant`,
        of(true).filter(Boolean).length,
        of(true).length,
      ),
      share(
        `${from}, ${language}: held up of what looks alike`,
        of(false).filter(Boolean).length,
        of(false).length,
      ),
    ];
  });
}

async function speed(classifier: TextClassifier): Promise<Row[]> {
  const texts = known().ordinary;
  await moderate([{ id: 'warm', kind: 'script', text: texts[0] ?? '' }], { classifier });
  const time = async (with_: TextClassifier | null) => {
    const startedMs = performance.now();
    await moderate(
      texts.map((text, i) => ({ id: String(i), kind: 'script', text })),
      { classifier: with_ },
    );
    return (performance.now() - startedMs) / texts.length;
  };
  return [
    { what: 'rules, a sentence', value: await time(null), unit: 'ms', note: 'mean' },
    { what: 'rules and classifier, a sentence', value: await time(classifier), unit: 'ms', note: 'mean' },
  ];
}

export async function run(): Promise<readonly Row[]> {
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  try {
    const classifier = await openTextClassifier(runtime, files);
    const whole = ours('Orator', classifier);
    const lexicon = ours('lexicon alone', null);
    const rows: Row[] = [];
    for (const set of [blind(), known()]) {
      for (const judge of [whole, lexicon, ...rivals()]) rows.push(...(await overall(judge, set)));
      rows.push(...(await byLanguage(whole, set)), ...(await byCategory(whole, set)));
    }
    for (const judge of [whole, ...rivals()]) rows.push(...(await evasion(judge)));
    return [...rows, ...(await speed(classifier))];
  } finally {
    await runtime.close();
  }
}
