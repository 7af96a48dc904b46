/**
 * Hints that no camera stood before the person: programs that play films as cameras, a browser under remote control,
 * settings that do not fit the film, and film that is too even. Cameras and encoders under load tremble in time and their
 * sensors hiss; a file played as a camera repeats pictures to the bit. Hints alone: they can be forged, so what looks well
 * here proves nothing, and what looks ill goes to a person unless it admits to being no camera.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { CaptureHints, ConsentCheck, ConsentEvidence, EvidenceFilm } from '../../evidence.ts';
import { result } from './result.ts';

/** Names under which programs stand among the cameras. */
const VIRTUAL =
  /\b(obs|virtual|v4l2 ?loopback|loopback|manycam|snap ?camera|xsplit|droidcam|iriun|e2esoft|vcam|splitcam|chromacam|mmhmm|camo|ndi|fake|dummy|avatarify|deepfacelive|akvcam|webcamoid|sparkocam|youcam|altercam|prism live|streamlabs|unity|screen ?capture|test ?pattern)\b/iu;
/** The trouble with a hint, weighed: at 1 it is not a camera's word any more, from a half on a person looks. */
interface Doubt {
  readonly weight: number;
  readonly reason: string;
}

export const CAMERA_LIMITS = {
  /** Spread of the times between frames over their middle; files played back lie below. */
  evenness: 0.002,
  /** Share of frames that are the one before to the last bit. */
  repeats: 0.2,
  /** At most one picture in so many seconds is looked at, on the first so many seconds. */
  everyS: 0,
  seconds: 6,
} as const;

export const realCameraCheck: ConsentCheck = {
  answers: ['real-camera'],
  async run(evidence, signal) {
    const doubts = [
      ...doubtsOfHints(evidence.hints, await firstSize(evidence.film, signal)),
      ...doubtsOfTimes(evidence.recording.frameTimesS),
      ...(await doubtsOfPictures(evidence, signal)),
    ];
    return [judge(doubts)];
  },
};

function judge(doubts: readonly Doubt[]): CheckResult {
  const score =
    1 -
    Math.min(
      1,
      doubts.reduce((sum, { weight }) => sum + weight, 0),
    );
  const reasons = doubts.map(({ reason }) => reason).join(' ');
  if (doubts.some(({ weight }) => weight >= 1))
    return result('real-camera', 'failed', score, 0.5, 'trust', reasons);
  if (score <= 0.5) return result('real-camera', 'unsure', score, 0.5, 'trust', reasons);
  return result(
    'real-camera',
    'passed',
    score,
    0.5,
    'trust',
    reasons || 'Nothing hints at a camera that is none.',
  );
}

export function doubtsOfHints(
  { cameraLabel, settings, webdriver }: CaptureHints,
  size: { readonly width: number; readonly height: number } | null,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (VIRTUAL.test(cameraLabel))
    doubts.push({ weight: 1, reason: `“${cameraLabel}” is a program that stands in for a camera.` });
  if (cameraLabel.trim() === '') doubts.push({ weight: 0.5, reason: 'The camera has no name.' });
  if (webdriver) doubts.push({ weight: 1, reason: 'The browser is run by a program.' });
  const [width, height] = [Number(settings['width']), Number(settings['height'])];
  const fits =
    size === null ||
    !(width > 0 && height > 0) ||
    // Phones tell the camera's sides, and record them turned; recorders round to even numbers.
    [width / height, height / width].some((ratio) => Math.abs(ratio / (size.width / size.height) - 1) < 0.02);
  if (!fits) doubts.push({ weight: 0.5, reason: 'The film has another shape than the camera says.' });
  if (!(width > 0 && height > 0))
    doubts.push({ weight: 0.5, reason: 'The camera does not say what it films.' });
  if (typeof settings['deviceId'] === 'string' && settings['deviceId'] === '')
    doubts.push({ weight: 0.3, reason: 'The camera has no identity.' });
  return doubts;
}

export function doubtsOfTimes(timesS: readonly number[]): readonly Doubt[] {
  const steps = timesS.slice(1).map((time, i) => time - (timesS[i] as number));
  if (steps.length < 30) return [{ weight: 0.5, reason: 'There is hardly any film.' }];
  const middle = [...steps].sort((a, b) => a - b)[steps.length >> 1] as number;
  // Containers count in milliseconds: a frame that is out by one of those is on time.
  const off = steps.map((step) => Math.max(0, Math.abs(step - middle) - 0.0011));
  const spread = off.reduce((sum, value) => sum + value, 0) / off.length / middle;
  return spread < CAMERA_LIMITS.evenness
    ? [{ weight: 0.5, reason: 'The frames come more evenly than a camera’s.' }]
    : [];
}

async function firstSize(film: EvidenceFilm, signal?: CancelSignal) {
  for await (const { width, height } of film.frames(1, signal)) return { width, height };
  return null;
}

async function doubtsOfPictures({ film }: ConsentEvidence, signal?: CancelSignal): Promise<readonly Doubt[]> {
  let [frames, repeats] = [0, 0];
  let last: Uint8ClampedArray | null = null;
  for await (const { timeS, rgba } of film.frames(CAMERA_LIMITS.everyS, signal)) {
    if (timeS > CAMERA_LIMITS.seconds) break;
    if (last && same(last, rgba)) repeats++;
    last = rgba;
    frames++;
  }
  if (frames === 0) return [{ weight: 1, reason: 'There is no picture in the film.' }];
  const share = repeats / frames;
  return share > CAMERA_LIMITS.repeats
    ? [
        {
          weight: 0.5,
          reason: `${Math.round(100 * share)} % of the frames are the one before to the last bit.`,
        },
      ]
    : [];
}

function same(a: Uint8ClampedArray, b: Uint8ClampedArray): boolean {
  return (
    a.length === b.length &&
    Buffer.compare(
      Buffer.from(a.buffer, a.byteOffset, a.length),
      Buffer.from(b.buffer, b.byteOffset, b.length),
    ) === 0
  );
}
