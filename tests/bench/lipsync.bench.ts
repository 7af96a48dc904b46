/**
 * Lip-sync against real mouths: inner-lip opening and mouth width tracked on films of people speaking, and what every
 * contender predicts from their sound. Scores are means over clips with 95 % bootstrap intervals, at zero lag.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ipaToFlite } from '#core/speech/flite/phones.ts';
import { clipsFolder, findClips } from './lipsync/clips.ts';
import type { Contender } from './lipsync/contender.ts';
import { closeRivalsBrowser } from './lipsync/contenders/browser.ts';
import { energyContender } from './lipsync/contenders/energy.ts';
import { extraContenders } from './lipsync/contenders/extra.ts';
import { headAudioContender, headAudioVisemesContender } from './lipsync/contenders/head-audio.ts';
import { ourContenders } from './lipsync/contenders/ours.ts';
import { alignedPhonesContender } from './lipsync/contenders/phones.ts';
import { rhubarbContender } from './lipsync/contenders/rhubarb.ts';
import { wawaContender } from './lipsync/contenders/wawa.ts';
import { controlFloor, controls, type Control } from './lipsync/controls.ts';
import { lead, measure, type Measured } from './lipsync/measure.ts';
import { drawCurves } from './lipsync/plots.ts';
import { ceilingRows, controlRows, leadRows, measuredRows, truthRows } from './lipsync/rows.ts';
import { readTruths, type Truth } from './lipsync/truth.ts';
import type { Row } from './row.ts';

export const name = 'lip-sync, against tracked lips';

const OUT = join(import.meta.dirname, 'out', 'lipsync');

/** `ORATOR_CONTENDERS=ours,energy` runs those alone whose names hold one of these words. */
function wanted({ name }: Contender): boolean {
  const words = process.env['ORATOR_CONTENDERS']?.split(',') ?? [];
  return words.length === 0 || words.some((word) => name.includes(word.trim()));
}

export async function run(): Promise<readonly Row[]> {
  const clips = findClips();
  if (clips.length === 0) {
    console.log(`  skipped: there are no films of people speaking in ${clipsFolder()}.`);
    return [];
  }
  mkdirSync(OUT, { recursive: true });
  const truths = await readTruths(clips, OUT, (line) => console.log(`  ${line}`));
  const rivals: Contender[] = [
    energyContender(),
    wawaContender(),
    rhubarbContender(false),
    rhubarbContender(true),
    headAudioContender(),
    headAudioVisemesContender(),
    alignedPhonesContender(),
  ].filter(wanted);
  const ours = (await ourContenders()).filter(wanted);
  const extra = extraContenders();
  const own = [...ours, ...extra];
  const measured: Measured[] = [];
  const controlled: { readonly name: string; readonly controls: readonly Control[] }[] = [
    { name: 'tracked lips', controls: await controlFloor(truths) },
  ];
  for (const contender of [...rivals, ...own]) {
    const result = await measure(contender, truths);
    if (result) measured.push(result);
    if (contender === ours[0] || extra.includes(contender))
      controlled.push({ name: contender.name, controls: await controls(contender, truths) });
    await contender.close?.();
  }
  await closeRivalsBrowser();
  for (const truth of truths) plot(truth, measured);
  const first = measured.find(({ name }) => name === own[0]?.name);
  const others = measured.filter(({ name }) => rivals.some((rival) => rival.name === name));
  return [
    ...truthRows(truths),
    ...ceilingRows(truths),
    ...measured.flatMap((result) => measuredRows(result, truths)),
    ...controlled.flatMap((each) => controlRows(each.name, each.controls)),
    ...(first ? others.flatMap((rival) => leadRows(first, rival, lead)) : []),
  ];
}

function shown({ name }: Measured, index: number, all: readonly Measured[]): boolean {
  const family = name.split(',')[0];
  return family !== 'ours' || all.findIndex((other) => other.name.split(',')[0] === family) === index;
}

function plot(truth: Truth, measured: readonly Measured[]): void {
  const of = (part: 'opening' | 'width') =>
    // Precisions lie on top of each other: the first speaks for them.
    measured.filter(shown).flatMap(({ name, clips }) => {
      const values = clips.find(({ clip }) => clip === truth.clip.name)?.curves[part];
      return values ? [{ name, values }] : [];
    });
  const [openings, widths] = [of('opening'), of('width')];
  const tracked = { name: 'tracked', values: truth.opening };
  const half = Math.ceil(openings.length / 2);
  drawCurves(
    join(OUT, `${truth.clip.name}.png`),
    `${truth.clip.name}: ${truth.clip.text ?? 'words unknown'}`,
    truth.fps,
    [
      { title: 'opening', curves: [tracked, ...openings.slice(0, half)] },
      { title: 'opening', curves: [tracked, ...openings.slice(half)] },
      { title: 'width', curves: [{ name: 'tracked', values: truth.width }, ...widths.slice(-4)] },
    ],
    (truth.sound.said?.phones ?? []).map(({ startS, endS, phone }) => ({
      startS,
      endS,
      label: ipaToFlite(phone), // letters that every font has
    })),
  );
}
