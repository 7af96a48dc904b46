/**
 * Whether a talking style is this person's. A style is fitted on other takes of the same person, and foretells a take it
 * has not seen from that take's sound; beside it stand the motion that nobody was fitted to, and the styles of other
 * people. Scores against the tracked lips: r, and root mean square error in heights of the face, with 95 % intervals from
 * a bootstrap of stretches of 0.4 s.
 */
import { join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import { lipsOf, type MouthSpace } from '#core/presenter/footage/mouth/space.ts';
import { fitStyle, motionOf } from '#core/presenter/footage/style/fit-style.ts';
import { sharedLips } from '#core/presenter/footage/style/inputs.ts';
import { styleTargets } from '#core/presenter/footage/style/targets.ts';
import { clipsFolder, findClips } from './lipsync/clips.ts';
import type { Row } from './row.ts';
import { readTakes, together, type Take } from './style/talkers.ts';

export const name = 'talking style, on takes it was not fitted to';

const OUT = join(import.meta.dirname, 'out', 'style');
/** Nobody's lips: what the openings and widths of people who are not in the folder come to on average. */
const NOBODY = { opening: { at0: 0, slope: 0.52 }, width: { at0: 0.68, slope: 0.4 } } as const;
const STRETCH = 10; // frames
const DRAWS = 1000;

const MEASURES = ['opening', 'width'] as const;
type Lips = Readonly<Record<(typeof MEASURES)[number], readonly number[]>>;
/** One take, and what each side says of it. */
interface Trial {
  readonly take: Take;
  readonly truth: Lips;
  readonly nobody: Lips;
  readonly own: Lips;
  readonly others: readonly Lips[];
}

export async function run(): Promise<readonly Row[]> {
  if (findClips().length === 0) {
    console.log(`  skipped: there are no films of people speaking in ${clipsFolder()}.`);
    return [];
  }
  const takes = await readTakes(OUT, (line) => console.log(`  ${line}`));
  const styled = new Map<string, ReturnType<typeof styleOf>>();
  const styleFor = (from: Take) => {
    const kept = styled.get(from.name) ?? styleOf(from);
    styled.set(from.name, kept);
    return kept;
  };
  const trials = takes.flatMap((take): Trial[] => {
    const mates = takes.filter((other) => other !== take && other.person === take.person);
    if (mates.length === 0) return [];
    const strangers = [
      ...new Set(takes.filter(({ person }) => person !== take.person).map(({ person }) => person)),
    ];
    const others = strangers.map((person) =>
      styleFor(together(takes.filter((other) => other.person === person))),
    );
    return [
      {
        take,
        truth: lipsIn(take.mouths.space, take.mouths.coefficients),
        nobody: unfitted(take),
        own: styleFor(together(mates))(take),
        others: others.map((style) => style(take)),
      },
    ];
  });
  const learned = takes.filter(
    ({ track, mouths, heard }) => fitStyle(track, mouths, null, heard).learned,
  ).length;
  return [
    {
      what: 'takes whose sound was found to belong to their lips',
      value: learned,
      unit: '',
      note: `of ${String(takes.length)}`,
    },
    ...trials.flatMap((trial) => MEASURES.flatMap((measure) => rowsOf([trial], measure, trial.take.name))),
    ...(trials.length > 1
      ? MEASURES.flatMap((measure) => rowsOf(trials, measure, `all ${String(trials.length)}`))
      : []),
  ];
}

function styleOf(from: Take): (take: Take) => Lips {
  const style = fitStyle(from.track, from.mouths, null, from.heard);
  return (take) =>
    lipsIn(from.mouths.space, styleTargets(style, from.mouths.space, motionOf(take.heard, take.track)));
}

function lipsIn(space: MouthSpace, coefficients: Float32Array): Lips {
  const frames = Array.from({ length: coefficients.length / space.spread.length }, (_, f) =>
    lipsOf(space, coefficients, f),
  );
  return { opening: frames.map(({ opening }) => opening), width: frames.map(({ width }) => width) };
}

function unfitted({ heard, track }: Take): Lips {
  const { aperture, width } = sharedLips(motionOf(heard, track));
  return {
    opening: Array.from(aperture, (x) => NOBODY.opening.at0 + NOBODY.opening.slope * x),
    width: Array.from(width, (x) => NOBODY.width.at0 + NOBODY.width.slope * (x - 1)),
  };
}

/** Frames of a trial, as places: which take, which frame. */
type Place = readonly [trial: number, frame: number];

function rowsOf(trials: readonly Trial[], measure: (typeof MEASURES)[number], label: string): Row[] {
  const places = trials.map(({ truth }, t) => truth[measure].map((_, f): Place => [t, f]));
  const scores = (drawn: readonly (readonly Place[])[]) => {
    const of = (pick: (trial: Trial) => Lips) => score(trials, drawn, measure, pick);
    const others = (trials[0]?.others ?? []).map((_, k) => of((trial) => trial.others[k] ?? trial.own));
    const mean = (values: readonly number[]) =>
      values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
    return {
      nobody: of(({ nobody }) => nobody),
      own: of(({ own }) => own),
      others: { r: mean(others.map(({ r }) => r)), error: mean(others.map(({ error }) => error)) },
      best: {
        r: Math.max(...others.map(({ r }) => r)),
        error: Math.min(...others.map(({ error }) => error)),
      },
    };
  };
  const all = scores(places);
  const random = seededRandom(4);
  const draws = Array.from({ length: DRAWS }, () => scores(places.map((own) => stretches(own, random))));
  const interval = (of: (s: ReturnType<typeof scores>) => number) => {
    const sorted = draws.map(of).sort((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] as number).toFixed(3);
    return `95 % ${at(0.025)}…${at(0.975)}`;
  };
  const line = (what: string, value: (s: ReturnType<typeof scores>) => number, unit: string): Row => ({
    what: `${label}, ${measure}: ${what}`,
    value: value(all),
    unit,
    note: interval(value),
  });
  return [
    line('r, fitted to nobody', (s) => s.nobody.r, ''),
    line('r, own style', (s) => s.own.r, ''),
    line('r, own less nobody', (s) => s.own.r - s.nobody.r, ''),
    line('r, own less others (mean)', (s) => s.own.r - s.others.r, ''),
    line('error, fitted to nobody', (s) => s.nobody.error, 'face heights'),
    line('error, own style', (s) => s.own.error, 'face heights'),
    line('error, others’ styles (mean)', (s) => s.others.error, 'face heights'),
    line('error, the best other style', (s) => s.best.error, 'face heights'),
    line('error, nobody less own', (s) => s.nobody.error - s.own.error, 'face heights'),
    line('error, others (mean) less own', (s) => s.others.error - s.own.error, 'face heights'),
  ];
}

/** r and error over the drawn frames: the mean of each take's. */
function score(
  trials: readonly Trial[],
  drawn: readonly (readonly Place[])[],
  measure: (typeof MEASURES)[number],
  pick: (trial: Trial) => Lips,
): { readonly r: number; readonly error: number } {
  let [r, error] = [0, 0];
  trials.forEach((trial, t) => {
    const said = pick(trial)[measure];
    const [a, b] = [drawn[t]!.map(([, f]) => said[f]!), drawn[t]!.map(([, f]) => trial.truth[measure][f]!)];
    r += pearson(a, b) / trials.length;
    error += Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length) / trials.length;
  });
  return { r, error };
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(Math.max(1e-12, aa * bb));
}

/** As many frames again, in stretches that begin anywhere. */
function stretches(places: readonly Place[], random: () => number): Place[] {
  const drawn: Place[] = [];
  while (drawn.length < places.length) {
    const start = Math.floor(random() * Math.max(1, places.length - STRETCH));
    drawn.push(...places.slice(start, start + STRETCH));
  }
  return drawn.slice(0, places.length);
}
