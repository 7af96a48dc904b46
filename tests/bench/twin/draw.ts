/** Draws plans as the compositors do, on the part of the film that the face is in; and what they are compared with. */
import { createCanvas, ImageData, loadImage } from '@napi-rs/canvas';
import type { AssetHash } from '#core/base/ids.ts';
import { paintMesh, pixelTarget } from '#core/draw/raster/mesh-raster.ts';
import { RasterPicture } from '#core/draw/raster/picture.ts';
import type { Mesh } from '#core/draw/draw-list.ts';
import { HEAD, type Heads } from '#core/presenter/footage/mouth/head.ts';
import { mouthParts } from '#core/presenter/footage/mouth/parts.ts';
import type { MouthPlan } from '#core/presenter/footage/mouth/plan.ts';
import type { Picture } from '#core/track/ports.ts';

const PICTURES = { film: 'film' as AssetHash, mouths: 'mouths' as AssetHash };
/** As workers/fit/pictures.ts codes them. */
const QUALITY = 96;

/** Through JPEG and back, as the pack stores them. */
export async function packed(
  pictures: readonly Picture[],
): Promise<{ readonly bytes: number; readonly pictures: Picture[] }> {
  let bytes = 0;
  const out: Picture[] = [];
  for (const { widthPx, heightPx, rgba } of pictures) {
    const canvas = createCanvas(widthPx, heightPx);
    const context = canvas.getContext('2d');
    context.putImageData(new ImageData(rgba, widthPx, heightPx), 0, 0);
    const jpeg = canvas.toBuffer('image/jpeg', QUALITY);
    bytes += jpeg.length;
    context.drawImage(await loadImage(jpeg), 0, 0);
    out.push({ widthPx, heightPx, rgba: context.getImageData(0, 0, widthPx, heightPx).data });
  }
  return { bytes, pictures: out };
}

export interface Drawer {
  /** Frame `i` of a plan. `cover` is filled with how much of each pixel is the mouth that was set in, where given. */
  draw(plan: MouthPlan, i: number, cover?: Float32Array): Picture;
  /** What that frame's mouth is set into: the base frame, pulled to where the jaw must be. */
  ground(plan: MouthPlan, i: number): Picture;
  /** The chosen picture's frame laid over the base without any warp, head on head, through the same mask. */
  paste(base: number, source: number, cover: Float32Array): Picture;
}

export function createDrawer(film: readonly Picture[], mouths: readonly Picture[], heads: Heads): Drawer {
  const rasters = new Map<Picture, RasterPicture>();
  const raster = (picture: Picture) => {
    const known = rasters.get(picture);
    if (known) return known;
    if (rasters.size > 400) rasters.clear();
    const made = new RasterPicture(picture.rgba, picture.widthPx, picture.heightPx);
    rasters.set(picture, made);
    return made;
  };
  const paint = (plan: MouthPlan, i: number, setIn: boolean, cover?: Float32Array) => {
    const base = film[plan.path.frame[i]!]!;
    const { widthPx, heightPx } = base;
    const out = { widthPx, heightPx, rgba: base.rgba.slice() };
    const target = pixelTarget(out.rgba, widthPx, heightPx);
    for (const part of mouthParts(plan, i, PICTURES, null)) {
      if (part.kind !== 'mesh') continue;
      const ofFilm = part.image.kind === 'video';
      if (!ofFilm && !setIn) continue;
      const picture = ofFilm ? base : mouths[part.image.index!]!;
      const opacity = Float32Array.from(
        { length: part.mesh.positions.length / 2 },
        (_, v) => part.opacity * (part.mesh.opacity?.[v] ?? 1),
      );
      paintMesh(target, raster(picture), { ...part, mesh: { ...part.mesh, opacity } });
      if (cover && !ofFilm) addCover(cover, part.mesh, widthPx, heightPx);
    }
    return out;
  };
  return {
    draw: (plan, i, cover) => paint(plan, i, true, cover),
    ground: (plan, i) => paint(plan, i, false),
    paste: (base, source, cover) => paste(film[base]!, film[source]!, cover, heads.values, base, source),
  };
}

/** Marks where a mesh lies, as much as it is opaque. */
function addCover(cover: Float32Array, mesh: Mesh, widthPx: number, heightPx: number): void {
  const white = new RasterPicture(new Uint8ClampedArray(16).fill(255), 2, 2);
  const glass = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let p = 3; p < glass.length; p += 4) glass[p] = 255;
  const plain = { ...mesh, uvs: new Float32Array(mesh.uvs.length).fill(0.5), gain: null };
  paintMesh(pixelTarget(glass, widthPx, heightPx), white, { mesh: plain, matte: null, blurTexels: 0 });
  for (let p = 0; p < cover.length; p++) cover[p] = Math.max(cover[p]!, glass[p * 4]! / 255);
}

/** @param values Heads' */
function paste(
  under: Picture,
  over: Picture,
  cover: Float32Array,
  values: Float64Array,
  base: number,
  source: number,
): Picture {
  const { widthPx, heightPx } = under;
  const rgba = under.rgba.slice();
  const roll = (f: number) => Math.atan2(values[f * HEAD + 3]!, values[f * HEAD]!);
  const scale = values[source * HEAD + 9]! / values[base * HEAD + 9]!;
  const turn = roll(source) - roll(base);
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const p = y * widthPx + x;
      const weight = cover[p]!;
      if (weight === 0) continue;
      const [dx, dy] = [x + 0.5 - values[base * HEAD + 10]!, y + 0.5 - values[base * HEAD + 11]!];
      const u = values[source * HEAD + 10]! + cos * dx - sin * dy - 0.5;
      const v = values[source * HEAD + 11]! + sin * dx + cos * dy - 0.5;
      const [i, j] = [Math.floor(u), Math.floor(v)];
      if (i < 0 || j < 0 || i + 1 >= widthPx || j + 1 >= heightPx) continue;
      for (let c = 0; c < 3; c++) {
        const at = (k: number, l: number) => over.rgba[((j + l) * widthPx + i + k) * 4 + c]!;
        const upper = at(0, 0) * (1 - (u - i)) + at(1, 0) * (u - i);
        const lower = at(0, 1) * (1 - (u - i)) + at(1, 1) * (u - i);
        const colour = upper * (1 - (v - j)) + lower * (v - j);
        rgba[p * 4 + c] = rgba[p * 4 + c]! * (1 - weight) + colour * weight;
      }
    }
  return { widthPx, heightPx, rgba };
}
