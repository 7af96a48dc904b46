/**
 * Whether it is a person who is filmed, and not a picture of one. Three things are looked for, each over its border, and
 * the weakest counts: a face that moves in itself, as no photo does; a head that is deep where it turns, as no sheet is;
 * and skin without the waves that a screen leaves in it.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { result } from '../sound/result.ts';
import { depthSigns } from './depth.ts';
import type { FilmLook, SeenFrame } from './look.ts';
import { screenSigns } from './screen.ts';

const UNIT = 'weakest sign over its border';

export interface LivenessSigns {
  /** Deviation of how far the lips are open, in parts of the face's height. */
  readonly mouth: number;
  /** What no plane explains, over the turn in radians; null where the head did not turn enough to say. */
  readonly depth: number | null;
  /** The moiré's peak, powers of ten above what is around it. */
  readonly screen: number | null;
}

/** Mouths that speak: 0.018 to 0.039, in eight films. In a photo, however it is moved: up to 0.008. */
const SPEAKS = 0.014;
const STILL = 0.01;
/** Radians a head has to turn before its depth can be told. A print that is turned never gets there: its mesh hardly turns. */
const TURN = 0.3;
/** Heads that turned by 21° and 28°: 0.17 and 0.12. */
const DEEP = 0.06;
const FLAT = 0.03;
/** People’s films reach 1.6 (compressed and enlarged ones), filmed screens whose pixels the camera can see have 3 and more. */
const WAVES = 2.2;
const MAYBE_WAVES = 1.8;

export function livenessSigns({
  frames,
  spectra,
}: Pick<FilmLook, 'frames' | 'spectra'>): LivenessSigns | null {
  const mouths = frames.flatMap(({ points }) => (points ? [mouthOf(points)] : []));
  if (mouths.length < 12) return null;
  const mean = mouths.reduce((sum, value) => sum + value, 0) / mouths.length;
  const mouth = Math.sqrt(mouths.reduce((sum, value) => sum + (value - mean) ** 2, 0) / mouths.length);
  const depth = depthSigns(frames);
  const screen = screenSigns(spectra);
  return {
    mouth,
    depth: depth && depth.turned >= TURN ? depth.leftOver / depth.turned : null,
    screen: screen && screen.luma,
  };
}

function mouthOf(points: NonNullable<SeenFrame['points']>): number {
  const apart = (a: number, b: number) =>
    Math.hypot(
      (points[a * 3] as number) - (points[b * 3] as number),
      (points[a * 3 + 1] as number) - (points[b * 3 + 1] as number),
    );
  return apart(13, 14) / (apart(10, 152) || 1);
}

export function judgeLiveness(look: Pick<FilmLook, 'frames' | 'spectra'>): CheckResult {
  const signs = livenessSigns(look);
  if (!signs)
    return result(
      'liveness',
      'unsure',
      null,
      1,
      UNIT,
      'The face was seen too briefly to say that it is alive.',
    );
  const { mouth, depth, screen } = signs;
  const parts = [
    mouth / SPEAKS,
    ...(depth === null ? [] : [depth / DEEP]),
    ...(screen === null ? [] : [WAVES / screen]),
  ];
  const score = Math.min(...parts);
  const answer = (outcome: CheckResult['outcome'], reason: string) =>
    result('liveness', outcome, score, 1, UNIT, reason);
  if (mouth < STILL) return answer('failed', 'The face does not move in itself, as a photo does not.');
  if (depth !== null && depth < FLAT) return answer('failed', 'The face turns as a flat picture does.');
  if (screen !== null && screen > WAVES)
    return answer('failed', 'The skin shows the waves that a filmed screen leaves.');
  if (mouth < SPEAKS) return answer('unsure', 'The face hardly moves in itself.');
  if (depth !== null && depth < DEEP)
    return answer('unsure', 'The face turns nearly as a flat picture does.');
  if (screen !== null && screen > MAYBE_WAVES)
    return answer('unsure', 'The skin shows something of a filmed screen.');
  if (depth === null)
    return answer('unsure', 'The head did not turn far enough to say that it is no picture.');
  return answer('passed', 'It is a living face.');
}
