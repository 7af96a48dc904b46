/** A portrait that is drawn here, with what a tracker would find in it: the photo's tests need no one's face. */
import { seededRandom } from '#core/base/hashing.ts';
import type { Rect } from '#core/draw/draw-list.ts';
import { paintMesh, pixelTarget } from '#core/draw/raster/mesh-raster.ts';
import { RasterPicture } from '#core/draw/raster/picture.ts';
import type { PresenterPart } from '#core/presenter/kind.ts';
import type { FittedPhoto } from '#core/presenter/photo/fit/fit-photo.ts';
import {
  EYES,
  FACE_OVAL,
  INNER_LOWER_LIP,
  INNER_UPPER_LIP,
  OUTER_LOWER_LIP,
  OUTER_UPPER_LIP,
} from '#core/presenter/photo/landmarks.ts';
import type { PhotoTrack } from '#core/track/photo-track.ts';
import { FACE_POINTS, type Picture } from '#core/track/ports.ts';

export const WIDTH_PX = 480;
export const HEIGHT_PX = 600;
const MIDDLE = { x: 240, y: 225 };
const FACE = { rx: 95, ry: 115 };
export const EYE = { dx: 42, y: 205, rx: 20, up: 8, down: 7, iris: 8.5 };
export const IRIS_COLOR = [30, 70, 160] as const;
const MOUTH_Y = 285;

type Color = readonly [number, number, number];

/** How much of a pixel is inside, from a signed distance in pixels (below 0 inside). */
const cover = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance));
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);

/** How much of a pixel is the person. */
export function truth(x: number, y: number): number {
  const hair = ellipse(x, y, MIDDLE.x, MIDDLE.y - 25, FACE.rx + 25, FACE.ry + 25);
  const neck = Math.max(Math.abs(x - MIDDLE.x) - 42, 300 - y, y - 460);
  const shoulders = ellipse(x, y, MIDDLE.x, 640, 185, 230);
  return Math.max(cover(hair), cover(neck), cover(shoulders));
}

/** @param gapPx how far apart the lips are */
export function madePicture(gapPx = 0): Picture {
  const rgba = new Uint8ClampedArray(WIDTH_PX * HEIGHT_PX * 4);
  const random = seededRandom(5);
  for (let py = 0; py < HEIGHT_PX; py++)
    for (let px = 0; px < WIDTH_PX; px++) {
      const [x, y] = [px + 0.5, py + 0.5];
      const grain = 6 * (random() - 0.5);
      let color: Color = [60 + 0.1 * x, 110 + 0.05 * y, 90];
      const lay = (over: Color, share: number) => {
        color = color.map((c, i) => c + (over[i as 0] - c) * share) as unknown as Color;
      };
      lay([70, 45, 30], cover(ellipse(x, y, MIDDLE.x, MIDDLE.y - 25, FACE.rx + 25, FACE.ry + 25)));
      lay([190, 140, 115], cover(Math.max(Math.abs(x - MIDDLE.x) - 42, 300 - y, y - 460)));
      lay([40, 60, 110], cover(ellipse(x, y, MIDDLE.x, 640, 185, 230)));
      lay([215, 165, 140], cover(ellipse(x, y, MIDDLE.x, MIDDLE.y, FACE.rx, FACE.ry)));
      for (const side of [-1, 1]) {
        const cx = MIDDLE.x + side * EYE.dx;
        lay([70, 45, 30], cover(ellipse(x, y, cx, EYE.y - 25, 24, 4)));
        const s = (x - cx) / EYE.rx;
        const open = Math.sqrt(Math.max(0, 1 - s * s));
        const inEye = Math.abs(s) < 1 && y > EYE.y - EYE.up * open && y < EYE.y + EYE.down * open;
        if (inEye) {
          lay([235, 232, 228], 1);
          lay(IRIS_COLOR, cover(ellipse(x, y, cx, EYE.y, EYE.iris, EYE.iris)));
        }
      }
      const lip = (x - MIDDLE.x) / 38;
      if (Math.abs(lip) < 1) {
        const arch = Math.sqrt(1 - lip * lip);
        const gap = (gapPx / 2) * arch;
        const d = y - MOUTH_Y;
        if (d > -gap - 10 * arch && d < gap + 12 * arch) lay([185, 85, 90], 1);
        if (Math.abs(d) < gap) lay([60, 15, 15], 1);
      }
      rgba.set([color[0] + grain, color[1] + grain, color[2] + grain, 255], 4 * (py * WIDTH_PX + px));
    }
  return { widthPx: WIDTH_PX, heightPx: HEIGHT_PX, rgba };
}

export function madeTrack(gapPx = 0): PhotoTrack {
  const points = new Float32Array(FACE_POINTS * 3);
  const placed = new Set<number>();
  const put = (index: number, x: number, y: number, lift = 0) => {
    const z = 45 * ((x / FACE.rx) ** 2 + ((y - MIDDLE.y) / (FACE.ry * 1.3)) ** 2) - lift;
    points.set([MIDDLE.x + x, y, z], 3 * index);
    placed.add(index);
  };
  FACE_OVAL.forEach((index, n) => {
    const angle = (2 * Math.PI * n) / FACE_OVAL.length;
    put(index, FACE.rx * Math.sin(angle), MIDDLE.y - FACE.ry * Math.cos(angle));
  });
  for (const [eye, side] of [
    [EYES.right, -1],
    [EYES.left, 1],
  ] as const) {
    const at = (s: number) => side * (EYE.dx + EYE.rx * s); // s from 1, the outer corner, to −1
    put(eye.outer, at(1), EYE.y);
    put(eye.inner, at(-1), EYE.y);
    eye.upper.forEach((index, n) =>
      put(index, at(0.75 - 0.25 * n), EYE.y - EYE.up * Math.sqrt(1 - (0.75 - 0.25 * n) ** 2)),
    );
    eye.lower.forEach((index, n) =>
      put(index, at(0.75 - 0.25 * n), EYE.y + EYE.down * Math.sqrt(1 - (0.75 - 0.25 * n) ** 2)),
    );
    eye.brow.forEach((index, n) => put(index, side * (EYE.dx + 22 - 11 * n), EYE.y - 21));
    eye.iris.forEach((index, n) =>
      put(
        index,
        side * EYE.dx + (n === 0 ? 0 : EYE.iris * Math.cos((Math.PI / 2) * n)),
        EYE.y + (n === 0 ? 0 : EYE.iris * Math.sin((Math.PI / 2) * n)),
      ),
    );
  }
  const lips = (list: readonly number[], half: number, height: (arch: number) => number) =>
    list.forEach((index, n) => {
      const s = n / 5 - 1;
      put(index, half * s, MOUTH_Y + height(Math.sqrt(Math.max(0, 1 - s * s))), 8);
    });
  lips(OUTER_UPPER_LIP, 38, (arch) => (-gapPx / 2 - 10) * arch);
  lips(OUTER_LOWER_LIP, 38, (arch) => (gapPx / 2 + 12) * arch);
  lips(INNER_UPPER_LIP, 35, (arch) => (-gapPx / 2) * arch - 0.2);
  lips(INNER_LOWER_LIP, 35, (arch) => (gapPx / 2) * arch + 0.2);
  put(9, 0, 190);
  put(4, 0, 245, 40);
  put(2, 0, 258, 15);
  put(98, -16, 254);
  put(327, 16, 254);
  put(105, -46, 176);
  put(334, 46, 176);
  [50, 101, 36, 205, 187, 117, 118].forEach((index, n) => put(index, -58 + 4 * n, 250 + 3 * n));
  [280, 330, 266, 425, 411, 346, 347].forEach((index, n) => put(index, 58 - 4 * n, 250 + 3 * n));
  // The rest lies somewhere on the skin.
  const random = seededRandom(3);
  for (let index = 0; index < FACE_POINTS; index++) {
    if (placed.has(index)) continue;
    for (let tries = 0; tries < 1000; tries++) {
      const [x, y] = [(2 * random() - 1) * FACE.rx, MIDDLE.y + (2 * random() - 1) * FACE.ry];
      const free =
        ellipse(x, y, 0, MIDDLE.y, 0.93 * FACE.rx, 0.93 * FACE.ry) < 0 &&
        ellipse(Math.abs(x), y, EYE.dx, EYE.y, 28, 16) > 0 &&
        ellipse(x, y, 0, MOUTH_Y, 48, 24 + gapPx) > 0;
      if (!free) continue;
      put(index, x, y);
      break;
    }
  }
  // What a network of a few pixels says.
  const [w, h] = [60, 75];
  const alpha = new Uint8ClampedArray(w * h);
  for (let j = 0; j < h; j++)
    for (let i = 0; i < w; i++) {
      let sum = 0;
      for (let b = 0; b < 8; b++) for (let a = 0; a < 8; a++) sum += truth(8 * i + a + 0.5, 8 * j + b + 0.5);
      alpha[j * w + i] = (255 * sum) / 64;
    }
  return {
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    points,
    sure: 1,
    headYaw: 0,
    headPitch: 0,
    headRoll: 0,
    body: null,
    matte: { widthPx: w, heightPx: h, alpha },
  };
}

/** What parts show, in pixels of the photo. `person` and `plate` are the names of the two pictures. */
export function paint(parts: readonly PresenterPart[], { person, plate }: FittedPhoto): Picture {
  const pictures = new Map<string, RasterPicture>(
    Object.entries({ person, plate }).map(([name, { rgba, widthPx, heightPx }]) => [
      name,
      new RasterPicture(rgba, widthPx, heightPx),
    ]),
  );
  const { widthPx, heightPx } = plate;
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4).fill(255);
  const target = pixelTarget(rgba, widthPx, heightPx);
  for (const part of parts) {
    if (part.kind !== 'mesh') throw new Error('A photo is drawn with meshes');
    paintMesh(target, pictures.get(part.image.asset) as RasterPicture, part);
  }
  return { widthPx, heightPx, rgba };
}

/** Differences of the colours of two pictures within a rectangle, sorted, of 255. */
export function differences(a: Picture, b: Picture, { x, y, width, height }: Rect): number[] {
  const found: number[] = [];
  for (let py = Math.round(y); py < y + height; py++)
    for (let px = Math.round(x); px < x + width; px++)
      for (let c = 0; c < 3; c++) {
        const i = 4 * (py * a.widthPx + px) + c;
        found.push(Math.abs((a.rgba[i] as number) - (b.rgba[i] as number)));
      }
  return found.sort((p, q) => p - q);
}
export const meanOf = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
