/** Scores as the lines of the bench's table. */
import type { Row } from '../row.ts';
import type { Control } from './controls.ts';
import type { Measured } from './measure.ts';
import { shutShare } from './measure.ts';
import { bootstrap, closures, isShut, pearson, type Interval } from './scores.ts';
import { mean } from './signal.ts';
import type { Truth } from './truth.ts';

function between({ low, high }: Interval): string {
  return `95 % ${low.toFixed(2)}…${high.toFixed(2)}`;
}

function share(kept: number, asked: number): string {
  return `${String(kept)} of ${String(asked)}`;
}

export function truthRows(truths: readonly Truth[]): Row[] {
  const frames = truths.reduce((sum, truth) => sum + truth.frames, 0);
  const spoken = truths.reduce((sum, { speech }) => sum + speech.filter(Boolean).length, 0);
  const unseen = truths.reduce((sum, truth) => sum + truth.unseen, 0);
  const aligned = truths.filter(({ speechBy }) => speechBy === 'alignment').length;
  const shut = truths.map(({ opening, fps, sound }) => {
    const asked = sound.said?.phones.filter(({ phone }) => ['p', 'b', 'm'].includes(phone)) ?? [];
    return closures(opening, fps, asked);
  });
  const asked = shut.reduce((sum, { asked: n }) => sum + n, 0);
  const kept = shut.reduce((sum, { kept: n }) => sum + n, 0);
  return [
    {
      what: 'clips',
      value: truths.length,
      unit: '',
      note: `${String(aligned)} aligned to their words, speech of the others by energy`,
    },
    {
      what: 'frames',
      value: frames,
      unit: '',
      note: `${String(spoken)} of speech; ${String(unseen)} where the face was lost`,
    },
    {
      what: 'tracked lips, p b m shut',
      value: asked > 0 ? (100 * kept) / asked : NaN,
      unit: '%',
      note: `${share(kept, asked)}: what there is to get; shut on ${(100 * mean(truths.flatMap(({ opening }) => isShut(opening).map(Number)))).toFixed(0)} % of all frames`,
    },
  ];
}

/** The same lips tracked twice: no prediction can agree with the truth better than the truth with itself. */
export function ceilingRows(truths: readonly Truth[]): Row[] {
  const rows: Row[] = [];
  for (const [part, what] of [
    ['opening', 'opening'],
    ['width', 'width'],
  ] as const)
    for (const [a, b, how] of [
      ['straight', 'mirrored', 'eight crops against eight mirrored'],
      ['straight', 'single', 'eight crops against one, larger and off centre'],
    ] as const) {
      const of = (speechOnly: boolean) =>
        bootstrap(
          truths.map((truth) =>
            pearson(truth[a][part], truth[b][part], speechOnly ? truth.speech : undefined),
          ),
        );
      const [all, speech] = [of(false), of(true)];
      rows.push({
        what: `ceiling, ${what}`,
        value: all.mean,
        unit: 'r',
        note: `${how}; ${between(all)}; speech ${speech.mean.toFixed(3)}`,
      });
    }
  return rows;
}

export function measuredRows(result: Measured, truths: readonly Truth[]): Row[] {
  const { name, lag } = result;
  const few = result.clips.length < truths.length ? `on ${String(result.clips.length)} clips; ` : '';
  const rows: Row[] = [
    {
      what: `${name}, all frames`,
      value: result.all.mean,
      unit: 'r',
      note: `${few}${between(result.all)}; ${result.note}`,
    },
    { what: `${name}, speech`, value: result.speech.mean, unit: 'r', note: between(result.speech) },
    {
      what: `${name}, best lag`,
      value: lag.lag,
      unit: 'frames',
      note: `r there ${lag.r.toFixed(3)}; clip by clip ${result.clips.map((clip) => clip.bestLag).join(' ')}`,
    },
  ];
  if (result.closures.asked > 0)
    rows.push({
      what: `${name}, p b m shut`,
      value: (100 * result.closures.kept) / result.closures.asked,
      unit: '%',
      note: `${share(result.closures.kept, result.closures.asked)}; open vowels shut ${share(result.shutVowels.kept, result.shutVowels.asked)}; shut on ${(100 * shutShare(result.clips)).toFixed(0)} % of all frames`,
    });
  if (!Number.isNaN(result.width.mean))
    rows.push({
      what: `${name}, width`,
      value: result.width.mean,
      unit: 'r',
      note: `${between(result.width)}; speech ${result.widthSpeech.mean.toFixed(3)}`,
    });
  rows.push({
    what: `${name}, jitter`,
    value: result.jitter.mean,
    unit: '×',
    note: `of the tracked lips'; ${between(result.jitter)}`,
  });
  if (!Number.isNaN(result.speed))
    rows.push({
      what: `${name}, speed`,
      value: result.speed,
      unit: '× real time',
      ...(Number.isNaN(result.listenSpeed)
        ? {}
        : { note: `listening alone ${result.listenSpeed.toFixed(0)} ×` }),
    });
  return rows;
}

export function controlRows(name: string, found: readonly Control[]): Row[] {
  return found.map(({ what, all, speech }) => ({
    what: `${name}, ${what}`,
    value: all.mean,
    unit: 'r',
    note: `${between(all)}; speech ${speech.mean.toFixed(3)}`,
  }));
}

export function leadRows(
  ours: Measured,
  rival: Measured,
  lead: (over: Measured, other: Measured, of: 'all' | 'speech') => Interval,
): Row[] {
  const [all, speech] = [lead(ours, rival, 'all'), lead(ours, rival, 'speech')];
  return [
    {
      what: `${ours.name} over ${rival.name}`,
      value: all.mean,
      unit: 'r',
      note: `paired, ${between(all)}; speech ${speech.mean.toFixed(3)}, ${between(speech)}`,
    },
  ];
}
