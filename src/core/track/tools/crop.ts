/**
 * Squares cut out of pictures for networks: turned level, scaled to the network's side, black outside the picture. A crop
 * that shrinks the picture averages what falls into each of its pixels; one that grows it reads between them.
 */
import type { Picture, Square } from '../ports.ts';

/** More taps than this a side cost more than they show: what networks see is small anyway. */
const MOST_TAPS = 4;

/** A rectangle of a picture around (x, y), turned by `turn` radians (+ clockwise). */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly turn: number;
}

export function cutSquare(
  picture: Picture,
  { x, y, sidePx: lengthPx, turn }: Square,
  sidePx: number,
): Float32Array<ArrayBuffer> {
  return cutFrame(picture, { x, y, widthPx: lengthPx, heightPx: lengthPx, turn }, sidePx);
}

/**
 * What a network of `sidePx` sees of a rectangle, which is stretched to its square: three planes (red, green, blue) of `sidePx` × `sidePx`, 0…1.
 * A pixel's middle is at (+½, +½); so is the crop's.
 */
export function cutFrame(
  { rgba, widthPx, heightPx }: Picture,
  frame: Frame,
  sidePx: number,
): Float32Array<ArrayBuffer> {
  const plane = sidePx * sidePx;
  const planes = new Float32Array(3 * plane);
  const stepX = frame.widthPx / sidePx;
  const stepY = frame.heightPx / sidePx;
  const taps = Math.min(MOST_TAPS, Math.max(1, Math.round(Math.max(stepX, stepY))));
  const cos = Math.cos(frame.turn);
  const sin = Math.sin(frame.turn);
  const half = sidePx / 2;
  const weight = 1 / (255 * taps * taps);
  for (let tapY = 0; tapY < taps; tapY++)
    for (let tapX = 0; tapX < taps; tapX++) {
      const offsetX = (tapX + 0.5) / taps - half;
      const offsetY = (tapY + 0.5) / taps - half;
      for (let row = 0, at = 0; row < sidePx; row++) {
        const down = row + offsetY;
        // −½: from places to the numbers of pixels, whose middles are whole there.
        let x = frame.x + offsetX * stepX * cos - down * stepY * sin - 0.5;
        let y = frame.y + offsetX * stepX * sin + down * stepY * cos - 0.5;
        for (let column = 0; column < sidePx; column++, at++, x += cos * stepX, y += sin * stepX) {
          const left = Math.floor(x);
          const top = Math.floor(y);
          if (left < -1 || top < -1 || left >= widthPx || top >= heightPx) continue;
          const right = x - left;
          const low = y - top;
          const w00 = left >= 0 && top >= 0 ? (1 - right) * (1 - low) * weight : 0;
          const w10 = left + 1 < widthPx && top >= 0 ? right * (1 - low) * weight : 0;
          const w01 = left >= 0 && top + 1 < heightPx ? (1 - right) * low * weight : 0;
          const w11 = left + 1 < widthPx && top + 1 < heightPx ? right * low * weight : 0;
          // Reads outside the picture are weighed with nothing, and so must not be undefined.
          const p = (Math.max(0, top) * widthPx + Math.max(0, left)) * 4;
          const below = top >= 0 && top + 1 < heightPx ? widthPx * 4 : 0;
          const beside = left >= 0 && left + 1 < widthPx ? 4 : 0;
          for (let c = 0, to = at; c < 3; c++, to += plane)
            planes[to] =
              (planes[to] as number) +
              (rgba[p + c] as number) * w00 +
              (rgba[p + beside + c] as number) * w10 +
              (rgba[p + below + c] as number) * w01 +
              (rgba[p + below + beside + c] as number) * w11;
        }
      }
    }
  return planes;
}

/** From places in a crop of `sidePx` to places in its picture. */
export function fromSquare(
  square: Square,
  sidePx: number,
): (x: number, y: number) => readonly [number, number] {
  const step = square.sidePx / sidePx;
  const cos = Math.cos(square.turn) * step;
  const sin = Math.sin(square.turn) * step;
  return (x, y) => {
    const right = x - sidePx / 2;
    const down = y - sidePx / 2;
    return [square.x + right * cos - down * sin, square.y + right * sin + down * cos];
  };
}
