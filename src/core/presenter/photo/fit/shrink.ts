/** A photo, and what was found in it, at the size that is worked on. */
import type { Picture } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';

/** Each new pixel is the mean of the area it covers. */
export function shrink(picture: Picture, scale: number): Picture {
  if (scale >= 1) return picture;
  const widthPx = Math.max(1, Math.round(picture.widthPx * scale));
  const heightPx = Math.max(1, Math.round(picture.heightPx * scale));
  const [kx, ky] = [picture.widthPx / widthPx, picture.heightPx / heightPx];
  // Rows first, then columns: each is a sum with the parts of its first and last pixel.
  const rows = new Float32Array(4 * widthPx * picture.heightPx);
  for (let y = 0; y < picture.heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const [from, to] = [x * kx, Math.min(picture.widthPx, (x + 1) * kx)];
      for (let sx = Math.floor(from); sx < to; sx++) {
        const k = (Math.min(to, sx + 1) - Math.max(from, sx)) / kx;
        for (let c = 0; c < 4; c++)
          rows[4 * (y * widthPx + x) + c] =
            (rows[4 * (y * widthPx + x) + c] as number) +
            k * (picture.rgba[4 * (y * picture.widthPx + sx) + c] as number);
      }
    }
  const rgba = new Uint8ClampedArray(4 * widthPx * heightPx);
  const line = new Float32Array(4 * widthPx);
  for (let y = 0; y < heightPx; y++) {
    line.fill(0);
    const [from, to] = [y * ky, Math.min(picture.heightPx, (y + 1) * ky)];
    for (let sy = Math.floor(from); sy < to; sy++) {
      const k = (Math.min(to, sy + 1) - Math.max(from, sy)) / ky;
      for (let i = 0; i < line.length; i++)
        line[i] = (line[i] as number) + k * (rows[4 * sy * widthPx + i] as number);
    }
    rgba.set(line, 4 * y * widthPx);
  }
  return { widthPx, heightPx, rgba };
}

export function shrinkTrack(track: PhotoTrack, { widthPx, heightPx }: Picture): PhotoTrack {
  if (track.widthPx === widthPx && track.heightPx === heightPx) return track;
  const [kx, ky] = [widthPx / track.widthPx, heightPx / track.heightPx];
  const factors = [kx, ky, (kx + ky) / 2];
  const body = track.body && {
    ...track.body,
    points: track.body.points.map((value, i) => (i % 3 === 2 ? value : value * (factors[i % 3] as number))),
  };
  return {
    ...track,
    widthPx,
    heightPx,
    points: track.points.map((value, i) => value * (factors[i % 3] as number)),
    body,
  };
}
