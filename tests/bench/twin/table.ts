/** Scores as the lines of the bench's table: a line for each score, the ways side by side. */
import type { Row } from '../row.ts';
import type { FittedClip } from './refit.ts';
import type { Scores } from './score.ts';

const WAYS = [
  ...['ours', 'inside foretold', 'opening and width', 'from sound', 'nearest warped', 'nearest', 'frozen'],
  // What the film allows: its own next frame's mouth, set in as ours is.
  'next frame',
] as const;

/** What each score is called, its unit, digits, and what is aimed at. */
const SCORES: readonly (readonly [
  score: keyof Scores,
  what: string,
  unit: string,
  digits: number,
  aim: string,
])[] = [
  ['psnr', 'PSNR, mouth crop', 'dB', 2, ''],
  ['psnrMade', 'PSNR, made pixels alone', 'dB', 2, ''],
  ['ssim', 'SSIM', '', 3, ''],
  ['gmsd', 'gradient deviation (GMSD, perceptual)', '', 4, '0 is equal'],
  ['sharpness', 'sharpness', '×', 2, 'aim 0.9…1.1'],
  ['edgeStep', 'step at the edge, against the real frame', '/255', 2, 'aim under 2'],
  ['seam', 'step at the edge, against what it is set into', '/255', 2, 'aim under 2'],
  ['pixelJitter', 'pixel jitter', '×', 2, 'aim 1.2 at most'],
  ['openingJitter', 'opening jitter', '×', 2, 'aim 1.3 at most'],
  ['identity', 'identity', 'cos', 4, ''],
  ['r', 'opening, re-tracked against target', 'r', 3, 'aim 0.95 at least'],
];

export function scoreRows(clip: string, scores: ReadonlyMap<string, Scores>): Row[] {
  const value = (way: string, score: keyof Scores) => scores.get(way)?.[score] ?? NaN;
  const rows = SCORES.map(([score, what, unit, digits, aim]): Row => {
    const others = WAYS.slice(1).flatMap((way) =>
      Number.isNaN(value(way, score)) ? [] : [`${way} ${value(way, score).toFixed(digits)}`],
    );
    const ceiling = score === 'r' ? [`real ${value('real', score).toFixed(digits)}`] : [];
    const own = value('ours', score);
    const notes = Number.isNaN(own)
      ? ['says nothing: these lips do not open']
      : [...others, ...ceiling, ...(aim ? [aim] : [])];
    return { what: `${clip}, ${what}`, value: own, unit, note: notes.join('; ') };
  });
  rows.splice(1, 0, {
    what: `${clip}, over nearest`,
    value: value('ours', 'psnr') - value('nearest', 'psnr'),
    unit: 'dB',
    note:
      `aim 3.5; made pixels alone ${(value('ours', 'psnrMade') - value('nearest', 'psnrMade')).toFixed(2)}; ` +
      `next frame ${(value('next frame', 'psnr') - value('nearest', 'psnr')).toFixed(2)}`,
  });
  return rows;
}

export function timeRows({ clip, film, held, bank, packBytes, seconds }: FittedClip, drawMs: number): Row[] {
  const frames = film.track.frameCount;
  return [
    {
      what: `${clip.name}, followed`,
      value: frames / seconds.track,
      unit: 'fps',
      note: Number.isNaN(seconds.track)
        ? 'in a run before'
        : `${String(frames)} frames in ${seconds.track.toFixed(1)} s with decoding`,
    },
    {
      what: `${clip.name}, mouths fitted`,
      value: seconds.look + seconds.fit,
      unit: 's',
      note:
        `looking ${seconds.look.toFixed(1)}, fitting ${seconds.fit.toFixed(1)}; ${String(bank.kept.length)} of ${String(held)} frames kept, ` +
        `${String(bank.crop.widthPx)}×${String(bank.crop.heightPx)}, ${(packBytes / 1e6).toFixed(1)} MB; looks foretold ` +
        bank.look.foretell.explained.map((share) => `${(100 * share).toFixed(0)} %`).join(' and '),
    },
    {
      what: `${clip.name}, drawn`,
      value: drawMs,
      unit: 'ms',
      note: 'a frame, one core, at the film’s own size',
    },
  ];
}

export function meanRows(
  all: readonly { readonly spoken: boolean; readonly scores: Readonly<Record<string, Scores>> }[],
): Row[] {
  return [false, true].flatMap((spoken) => {
    const some = all.filter((clip) => clip.spoken === spoken);
    if (some.length === 0) return [];
    const mean = (way: string): Scores =>
      Object.fromEntries(
        SCORES.map(([score]) => [score, meanKnown(some.map(({ scores }) => scores[way]?.[score] ?? NaN))]),
      ) as unknown as Scores;
    return scoreRows(
      `mean of ${String(some.length)} ${spoken ? 'speaking clips' : 'films'}`,
      new Map([...WAYS, 'real'].map((way) => [way, mean(way)])),
    );
  });
}

/** NaN where none is known. */
function meanKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** One line while the rest is still being worked out. */
export function inShort(scores: ReadonlyMap<string, Scores>): string {
  return SCORES.map(([score, , unit, digits]) => {
    const value = (way: string) => (scores.get(way)?.[score] ?? NaN).toFixed(digits);
    return `${score} ${value('ours')}${unit} (nearest ${value('nearest')})`;
  }).join(', ');
}
