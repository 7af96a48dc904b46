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
export function cutFrame(picture: Picture, frame: Frame, sidePx: number): Float32Array<ArrayBuffer> {
  const taps = tapsFor(frame, sidePx);
  return frame.turn === 0
    ? cutUpright(picture, frame, sidePx, taps)
    : cutTurned(picture, frame, sidePx, taps);
}

function tapsFor({ widthPx, heightPx }: Frame, sidePx: number): number {
  return Math.min(MOST_TAPS, Math.max(1, Math.round(Math.max(widthPx, heightPx) / sidePx)));
}

/**
 * Upright, what falls into a pixel is a sum along columns and then along rows: a tenth of the work, and most of what is
 * cut of a large picture is upright.
 */
function cutUpright(
  { rgba, widthPx, heightPx }: Picture,
  frame: Frame,
  sidePx: number,
  taps: number,
): Float32Array<ArrayBuffer> {
  const plane = sidePx * sidePx;
  const planes = new Float32Array(3 * plane);
  const columns = readsAlong(frame.x, frame.widthPx, sidePx, taps, widthPx);
  const rows = readsAlong(frame.y, frame.heightPx, sidePx, taps, heightPx);
  const across = Math.max(0, columns.to - columns.from);
  const line = new Float32Array(3 * across);
  for (let row = 0; row < sidePx; row++) {
    const [first, end] = [rows.first[row] as number, rows.first[row + 1] as number];
    if (first === end) continue;
    line.fill(0);
    // Two rows at a time, so that the line is read and written half as often.
    for (let k = first; k < end; k += 2) {
      const other = Math.min(k + 1, end - 1);
      const weight = (rows.weights[k] as number) / 255;
      const otherWeight = other > k ? (rows.weights[other] as number) / 255 : 0;
      let p = ((rows.places[k] as number) * widthPx + columns.from) * 4;
      let q = ((rows.places[other] as number) * widthPx + columns.from) * 4;
      for (let i = 0; i < line.length; i += 3, p += 4, q += 4) {
        line[i] = (line[i] as number) + weight * (rgba[p] as number) + otherWeight * (rgba[q] as number);
        line[i + 1] =
          (line[i + 1] as number) + weight * (rgba[p + 1] as number) + otherWeight * (rgba[q + 1] as number);
        line[i + 2] =
          (line[i + 2] as number) + weight * (rgba[p + 2] as number) + otherWeight * (rgba[q + 2] as number);
      }
    }
    for (let column = 0, at = row * sidePx; column < sidePx; column++, at++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = columns.first[column] as number; k < (columns.first[column + 1] as number); k++) {
        const weight = columns.weights[k] as number;
        const i = 3 * ((columns.places[k] as number) - columns.from);
        red += weight * (line[i] as number);
        green += weight * (line[i + 1] as number);
        blue += weight * (line[i + 2] as number);
      }
      planes[at] = red;
      planes[at + plane] = green;
      planes[at + 2 * plane] = blue;
    }
  }
  return planes;
}

/** Which pixels of a line each pixel of the crop reads, and how much of each; those outside the picture are left out. */
function readsAlong(middle: number, lengthPx: number, sidePx: number, taps: number, limit: number) {
  const step = lengthPx / sidePx;
  const first = new Int32Array(sidePx + 1);
  const places: number[] = [];
  const weights: number[] = [];
  let [from, to] = [limit, 0];
  const read = (place: number, weight: number) => {
    if (place < 0 || place >= limit || weight === 0) return;
    // Neighbouring taps read the same pixels.
    const known = places.indexOf(place, first[first.length - 1]);
    if (known >= 0) weights[known] = (weights[known] as number) + weight;
    else {
      places.push(place);
      weights.push(weight);
      from = Math.min(from, place);
      to = Math.max(to, place + 1);
    }
  };
  for (let i = 0; i < sidePx; i++) {
    first[i] = places.length;
    first[sidePx] = places.length;
    for (let tap = 0; tap < taps; tap++) {
      // −½: from places to the numbers of pixels, whose middles are whole there.
      const x = middle + (i + (tap + 0.5) / taps - sidePx / 2) * step - 0.5;
      const left = Math.floor(x);
      read(left, (1 - (x - left)) / taps);
      read(left + 1, (x - left) / taps);
    }
  }
  first[sidePx] = places.length;
  return {
    first,
    places: Int32Array.from(places),
    weights: Float32Array.from(weights),
    from: Math.min(from, to),
    to,
  };
}

function cutTurned(
  { rgba, widthPx, heightPx }: Picture,
  frame: Frame,
  sidePx: number,
  taps: number,
): Float32Array<ArrayBuffer> {
  const plane = sidePx * sidePx;
  const planes = new Float32Array(3 * plane);
  const stepX = frame.widthPx / sidePx;
  const stepY = frame.heightPx / sidePx;
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
