/**
 * Does a film's sound belong to its lips? The lip-sync model says from the sound how far a mouth would be open and how
 * wide; the tracked mouth says what it was. Where both belong together their agreement stands out at one lag from what
 * chance gives at lags far away: that lag is how late the sound is.
 *
 * The agreement is r(opening) + ½ r(width), both with everything slower than a second (or than is asked) taken away. How
 * far it stands out is told in standard deviations of the same sum over all lags beyond a second, on the film laid in a ring.
 */
import { gaussian } from './curves.ts';
import { measureOf, type FootageTrack } from './footage-track.ts';
import { rateToFps } from '../base/time.ts';
import {
  HEARD_MOUTH,
  HEARD_RATE_HZ,
  type HeardMouthShape,
  type HeardSpeech,
} from '../speech/listen/heard.ts';

export interface SyncSeen {
  /** Seconds by which the sound comes after the lips, where they agree best within a second. */
  readonly lagS: number;
  /** How far the agreement there stands out, in standard deviations. Sound and lips that belong together: 2.8 and more. */
  readonly atLag: number;
  /** The same within 80 ms of no lag. Sound that belongs elsewhere: below 1.7. */
  readonly atZero: number;
  /** Seconds in which someone is heard to speak while the face is seen. */
  readonly speechS: number;
}

const SLOW_S = 1;
const FAR_S = 1;
const FURTHEST_S = 10;
const NEAR_ZERO_S = 0.085;
const WIDTH_WEIGHT = 0.5;
const VOICED = 0.5;

/**
 * @param slowS what is slower than this is taken away. A mouth that merely moves while there is a voice, and rests while
 *   there is none, agrees with it over seconds: whoever asks of films with pauses takes half a second.
 * @returns null where there is too little film to say anything (under five seconds)
 */
export function measureSync(track: FootageTrack, heard: HeardSpeech, slowS = SLOW_S): SyncSeen | null {
  const fps = rateToFps(track.rate);
  const count = Math.min(track.frameCount, Math.floor((heard.steps / HEARD_RATE_HZ) * fps));
  if (count < 5 * fps) return null;
  const quick = (values: ArrayLike<number>, rate: number) => {
    const slow = gaussian(values, slowS * rate);
    return Float64Array.from(slow, (value, i) => (values[i] as number) - value);
  };
  const seen = (name: 'mouthOpening' | 'mouthWidth') => quick(measureOf(track, name).subarray(0, count), fps);
  const perFrame = (of: (shape: (name: HeardMouthShape) => number) => number) => {
    const steps = Float64Array.from({ length: heard.steps }, (_, step) =>
      of((name) => heard.mouth[step * HEARD_MOUTH.length + HEARD_MOUTH.indexOf(name)] as number),
    );
    const smooth = gaussian(quick(steps, HEARD_RATE_HZ), 1);
    return Float64Array.from({ length: count }, (_, i) =>
      valueAt(smooth, ((i + 0.5) / fps) * HEARD_RATE_HZ - 0.5),
    );
  };
  const pairs = [
    {
      weight: 1,
      seen: seen('mouthOpening'),
      heard: perFrame((shape) => shape('jawOpen') + 0.5 * (shape('lowerDown') + shape('upperUp'))),
    },
    {
      weight: WIDTH_WEIGHT,
      seen: seen('mouthWidth'),
      heard: perFrame((shape) => shape('stretch') + shape('smile') - shape('pucker') - shape('funnel')),
    },
  ];
  const furthest = Math.min(count >> 1, Math.round(FURTHEST_S * fps));
  const agreement: { readonly lag: number; readonly value: number }[] = [];
  for (let lag = -furthest; lag <= furthest; lag++)
    agreement.push({
      lag,
      value: pairs.reduce((sum, pair) => sum + pair.weight * ringCorrelation(pair.seen, pair.heard, lag), 0),
    });

  const far = agreement.filter(({ lag }) => Math.abs(lag) > FAR_S * fps).map(({ value }) => value);
  const mean = far.reduce((sum, value) => sum + value, 0) / far.length;
  const spread = Math.sqrt(far.reduce((sum, value) => sum + (value - mean) ** 2, 0) / far.length) || 1;
  const best = (withinS: number) =>
    agreement
      .filter(({ lag }) => Math.abs(lag) <= withinS * fps)
      .reduce((a, b) => (b.value > a.value ? b : a));
  const atBest = best(FAR_S);
  let speech = 0;
  for (let i = 0; i < count; i++)
    if (track.seen[i] && valueAt(heard.voice, (i / fps) * HEARD_RATE_HZ) > VOICED) speech++;
  return {
    lagS: atBest.lag / fps,
    atLag: (atBest.value - mean) / spread,
    atZero: (best(NEAR_ZERO_S).value - mean) / spread,
    speechS: speech / fps,
  };
}

/** Pearson's r of a[i] and b[i + lag], the ends joined. */
function ringCorrelation(a: Float64Array, b: Float64Array, lag: number): number {
  const n = a.length;
  let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = a[i] as number;
    const y = b[(i + lag + n) % n] as number;
    sa += x;
    sb += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const spread = Math.sqrt((aa - (sa * sa) / n) * (bb - (sb * sb) / n));
  return spread > 0 ? (ab - (sa * sb) / n) / spread : 0;
}

function valueAt(values: ArrayLike<number>, at: number): number {
  const place = Math.min(Math.max(at, 0), values.length - 1);
  const low = Math.floor(place);
  const a = values[low] as number;
  return a + ((values[Math.min(low + 1, values.length - 1)] as number) - a) * (place - low);
}
