/**
 * The half of `not-seen-before` that looks at pictures: whether a recording goes as an earlier one went. Kept of each
 * recording is one hash a second; the new one is hashed on every frame that was looked at, so that a replay that starts
 * anywhere is met within a fifteenth of a second. What matters is movement (`picture-hash.ts`), and that it stays in step.
 */
import { bitsApart, hashText } from './picture-hash.ts';
import type { FilmLook } from './look.ts';

type Hashes = FilmLook['hashes'];

const BITS = 64;
/** Seconds in step before anything is said. */
const LEAST_S = 3;

/** What is kept: pictures of RecordingFingerprint, one a second. */
export function pictureFingerprint(hashes: Hashes): readonly string[] {
  const lastS = hashes.at(-1)?.timeS ?? -1;
  return Array.from({ length: Math.floor(lastS) + 1 }, (_, second) => hashText(nearest(hashes, second)));
}

function nearest(hashes: Hashes, timeS: number): bigint {
  return hashes.reduce((best, one) =>
    Math.abs(one.timeS - timeS) < Math.abs(best.timeS - timeS) ? one : best,
  ).hash;
}

/**
 * 1 where an earlier recording's pictures are the same, about 0 where they have nothing to do with each other.
 * @param earlier as `pictureFingerprint` made it
 */
export function picturesAlike(hashes: Hashes, earlier: readonly string[]): number {
  const kept = earlier.map((text) => BigInt(`0x${text}`));
  const lastS = hashes.at(-1)?.timeS ?? 0;
  const everyS = hashes.length > 1 ? lastS / (hashes.length - 1) : 1;
  const at = (timeS: number) => hashes[Math.round(timeS / everyS)]?.hash;
  let best = 0;
  // The earlier recording's beginning, in this one's time.
  for (let startS = LEAST_S - kept.length; startS <= lastS - LEAST_S + 1; startS += everyS) {
    let [bits, count] = [0, 0];
    kept.forEach((hash, second) => {
      const mine = startS + second < 0 ? undefined : at(startS + second);
      if (mine === undefined) return;
      bits += bitsApart(mine, hash);
      count++;
    });
    if (count >= LEAST_S) best = Math.max(best, 1 - bits / count / (BITS / 2));
  }
  return best;
}

/** Above SAME it is the same recording; below OTHER nothing of it. Chosen in `npm run bench:consent`. */
export const SAME_PICTURES = 0.5;
export const OTHER_PICTURES = 0.4;
