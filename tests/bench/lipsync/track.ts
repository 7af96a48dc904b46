/**
 * Lips tracked on real film: how far the inner lips are parted and how wide the mouth is, over the height of the face.
 *
 * Two stages, because landmarks from a full frame slide off the lips. First the face is found and followed with one
 * crop a frame; the crops' places are smoothed, so that no jump of the finder reaches the lips. Then each frame is
 * cropped again several times, a little larger, shifted, turned or mirrored, each crop sampled between the pixels; the
 * landmarks of all crops are brought back into the frame and their median taken. One crop is sure of a lip to about a
 * third of a pixel; the median of many is steadier, and two disjoint sets of crops say how steady.
 */
import { MESH_PX, type FaceModels } from './face-models.ts';
import type { Film, Picture } from './film.ts';
import { fillGaps, gaussian, median } from './signal.ts';

/** Landmarks that are kept: number in the mesh, and its number in a mirrored picture. */
const KEPT = {
  innerUpper: [13, 13],
  innerLower: [14, 14],
  innerUpperLeft: [82, 312],
  innerLowerLeft: [87, 317],
  innerUpperRight: [312, 82],
  innerLowerRight: [317, 87],
  cornerLeft: [61, 291],
  cornerRight: [291, 61],
  eyeLeft: [33, 263],
  eyeRight: [263, 33],
  brow: [9, 9],
  noseBase: [2, 2],
  forehead: [10, 10],
  chin: [152, 152],
  cheekLeft: [234, 454],
  cheekRight: [454, 234],
} as const;
export type Landmark = keyof typeof KEPT;
const NAMES = Object.keys(KEPT) as Landmark[];

export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Landmarks = Readonly<Record<Landmark, Point>>;

/** A square of the picture, turned by `turn` radians, that fills the network's input. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly sidePx: number;
  readonly turn: number;
}

/** How one crop differs from the plain one. Shifts are parts of the square's side. */
export interface CropKind {
  readonly grow: number;
  readonly shiftX: number;
  readonly shiftY: number;
  readonly turn: number;
  readonly mirrored: boolean;
}

const plain: CropKind = { grow: 1, shiftX: 0, shiftY: 0, turn: 0, mirrored: false };

/** Two sets that share no crop: what they agree on is the lips. */
export const CROPS: Readonly<Record<'straight' | 'mirrored' | 'single', readonly CropKind[]>> = {
  straight: [
    plain,
    { ...plain, grow: 0.93, shiftX: 0.013, shiftY: 0.008 },
    { ...plain, grow: 1.05, shiftX: -0.017, turn: 0.03 },
    { ...plain, grow: 1.1, shiftY: -0.02, turn: -0.03 },
    { ...plain, grow: 0.97, shiftX: -0.007, shiftY: 0.021, turn: 0.05 },
    { ...plain, grow: 1.02, shiftX: 0.022, turn: -0.05 },
    { ...plain, grow: 1.15, shiftX: 0.005, shiftY: 0.013 },
    { ...plain, grow: 0.9, shiftY: -0.01 },
  ],
  mirrored: [
    { ...plain, mirrored: true, grow: 1.02 },
    { ...plain, mirrored: true, grow: 0.95, shiftX: -0.012, shiftY: -0.009 },
    { ...plain, mirrored: true, grow: 1.07, shiftX: 0.018, turn: -0.025 },
    { ...plain, mirrored: true, grow: 1.13, shiftY: 0.019, turn: 0.035 },
    { ...plain, mirrored: true, grow: 0.98, shiftX: 0.008, shiftY: -0.022, turn: -0.045 },
    { ...plain, mirrored: true, grow: 1.04, shiftX: -0.021, turn: 0.055 },
    { ...plain, mirrored: true, grow: 1.18, shiftX: -0.006, shiftY: -0.014 },
    { ...plain, mirrored: true, grow: 0.91, shiftY: 0.011 },
  ],
  single: [{ ...plain, grow: 1.25, shiftX: 0.03, shiftY: -0.03 }],
};

export interface TrackedLips {
  readonly fps: number;
  /** Per frame: mean gap of the three middle pairs of inner-lip points ÷ face height. */
  readonly opening: readonly number[];
  /** Per frame: corner to corner ÷ face height. */
  readonly width: readonly number[];
  /** Per frame: false where the face was not seen well and the values stand in from beside it. */
  readonly seen: readonly boolean[];
  readonly landmarks: readonly Landmarks[];
}

/** Where the face is, frame by frame. @throws Error when no face is found on any of the frames tried */
export async function followFace(film: Film, models: FaceModels): Promise<readonly Square[]> {
  const squares: Square[] = [];
  let square: Square | null = null;
  let unfound = 0;
  for await (const picture of film.frames()) {
    if (square === null) {
      const box = unfound % 5 === 0 ? await models.find(picture) : null;
      if (!box) {
        unfound++;
        continue;
      }
      // From a coarse box to the mesh's own place; what came before stands in the same.
      square = refined(picture, squareOf(box), models) ?? squareOf(box);
      while (unfound-- > 0) squares.push(square);
    }
    const next = refined(picture, square, models);
    if (next) square = next;
    else {
      const box = await models.find(picture);
      if (box) square = squareOf(box);
    }
    squares.push(square);
  }
  if (square === null) throw new Error('No face was found on this film.');
  const smooth = (of: (square: Square) => number) => gaussian(squares.map(of), 2);
  const [x, y, side, turn] = [
    smooth((s) => s.x),
    smooth((s) => s.y),
    smooth((s) => s.sidePx),
    smooth((s) => s.turn),
  ];
  return squares.map((_, i) => ({
    x: x[i] ?? 0,
    y: y[i] ?? 0,
    sidePx: side[i] ?? 1,
    turn: turn[i] ?? 0,
  }));
}

function refined(picture: Picture, square: Square, models: FaceModels): Square | null {
  const [found] = look(picture, square, [plain], models);
  return found && found.sure > 0.5 ? squareAround(found.landmarks) : null;
}

function squareOf(box: { leftPx: number; topPx: number; widthPx: number; heightPx: number }): Square {
  return {
    x: box.leftPx + box.widthPx / 2,
    y: box.topPx + box.heightPx / 2,
    sidePx: Math.max(box.widthPx, box.heightPx) * 1.1,
    turn: 0,
  };
}

/** MediaPipe's own rule: half as large again as the mesh, eyes level. */
function squareAround(at: Landmarks): Square {
  const turn = Math.atan2(at.eyeRight.y - at.eyeLeft.y, at.eyeRight.x - at.eyeLeft.x);
  const tall = Math.hypot(at.chin.x - at.forehead.x, at.chin.y - at.forehead.y);
  const wide = Math.hypot(at.cheekRight.x - at.cheekLeft.x, at.cheekRight.y - at.cheekLeft.y);
  return {
    x: (at.forehead.x + at.chin.x) / 2,
    y: (at.forehead.y + at.chin.y) / 2,
    sidePx: Math.max(tall, wide) * 1.5,
    turn,
  };
}

/** Tracks with several sets of crops, in one pass over the film. */
export async function trackLips(
  film: Film,
  squares: readonly Square[],
  sets: readonly (readonly CropKind[])[],
  models: FaceModels,
): Promise<TrackedLips[]> {
  const tracks = sets.map(() => ({ landmarks: [] as Landmarks[], sure: [] as boolean[] }));
  let frame = 0;
  for await (const picture of film.frames()) {
    const square = squares[frame++];
    if (!square) break;
    sets.forEach((crops, k) => {
      const found = look(picture, square, crops, models);
      tracks[k]?.sure.push(median(found.map(({ sure }) => sure)) > 0.5);
      tracks[k]?.landmarks.push(middleOf(found));
    });
  }
  return tracks.map(({ landmarks, sure }) => measure(film.fps, landmarks, sure));
}

/** Landmark by landmark the median: one crop gone wrong moves nothing. */
function middleOf(found: readonly Look[]): Landmarks {
  const middle = (name: Landmark, axis: 'x' | 'y') =>
    median(found.map(({ landmarks }) => landmarks[name][axis]));
  return Object.fromEntries(
    NAMES.map((name) => [name, { x: middle(name, 'x'), y: middle(name, 'y') }]),
  ) as Record<Landmark, Point>;
}

/**
 * Face height here is brow to base of the nose, which speech does not move (chin and forehead would: the jaw is what
 * is measured), smoothed over a fifth of a second, because heads come no closer in that time but landmarks tremble.
 */
function measure(fps: number, landmarks: readonly Landmarks[], sure: readonly boolean[]): TrackedLips {
  const height = gaussian(
    landmarks.map(({ brow, noseBase }) => distance(brow, noseBase)),
    0.2 * fps,
  );
  const usual = median(height);
  const gap = landmarks.map((at) => {
    // Along the face's own vertical, so that a nod to the side changes nothing.
    const down = { x: at.noseBase.x - at.brow.x, y: at.noseBase.y - at.brow.y };
    const length = Math.hypot(down.x, down.y);
    const along = (from: Point, to: Point) => ((to.x - from.x) * down.x + (to.y - from.y) * down.y) / length;
    return (
      (along(at.innerUpper, at.innerLower) +
        along(at.innerUpperLeft, at.innerLowerLeft) +
        along(at.innerUpperRight, at.innerLowerRight)) /
      3
    );
  });
  const seen = sure.map((ok, i) => ok && Math.abs((height[i] ?? 0) / usual - 1) < 0.2);
  return {
    fps,
    opening: fillGaps(
      gap.map((px, i) => px / (height[i] ?? 1)),
      seen,
    ),
    width: fillGaps(
      landmarks.map((at, i) => distance(at.cornerLeft, at.cornerRight) / (height[i] ?? 1)),
      seen,
    ),
    seen,
    landmarks,
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

interface Look {
  readonly landmarks: Landmarks;
  readonly sure: number;
}

/** Runs the mesh on several crops of one picture; landmarks come back in the picture's pixels. */
function look(picture: Picture, around: Square, crops: readonly CropKind[], models: FaceModels): Look[] {
  const size = MESH_PX * MESH_PX * 3;
  const input = new Float32Array(crops.length * size);
  const places = crops.map((crop, i) => {
    const square: Square = {
      x: around.x + crop.shiftX * around.sidePx,
      y: around.y + crop.shiftY * around.sidePx,
      sidePx: around.sidePx * crop.grow,
      turn: around.turn + crop.turn,
    };
    const toPicture = mapping(square, crop.mirrored);
    sample(picture, toPicture, square.sidePx / MESH_PX, input.subarray(i * size, (i + 1) * size));
    return toPicture;
  });
  const { points, sure } = models.mesh(input, crops.length);
  const perCrop = points.length / crops.length;
  return crops.map((crop, i) => ({
    sure: sure[i] ?? 0,
    landmarks: Object.fromEntries(
      NAMES.map((name) => {
        const index = i * perCrop + 3 * KEPT[name][crop.mirrored ? 1 : 0];
        return [name, (places[i] as ToPicture)(points[index] ?? 0, points[index + 1] ?? 0)];
      }),
    ) as Record<Landmark, Point>,
  }));
}

type ToPicture = (x: number, y: number) => Point;

/** Pixels of the crop (0…MESH_PX) to pixels of the picture. */
function mapping({ x, y, sidePx, turn }: Square, mirrored: boolean): ToPicture {
  const scale = sidePx / MESH_PX;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const half = MESH_PX / 2;
  return (cropX, cropY) => {
    const right = mirrored ? half - cropX : cropX - half;
    const down = cropY - half;
    return { x: x + right * cos - down * sin, y: y + right * sin + down * cos };
  };
}

/** Fills a crop, bilinear; a crop that shrinks the picture averages what falls into each of its pixels. */
function sample(picture: Picture, toPicture: ToPicture, shrink: number, into: Float32Array): void {
  const taps = Math.max(1, Math.round(shrink));
  const weight = 1 / (taps * taps * 255);
  // The mapping is affine: three corners say all of it.
  const origin = toPicture(0, 0);
  const [right, down] = [toPicture(1, 0), toPicture(0, 1)];
  const [rightX, rightY] = [right.x - origin.x, right.y - origin.y];
  const [downX, downY] = [down.x - origin.x, down.y - origin.y];
  for (let tapY = 0; tapY < taps; tapY++)
    for (let tapX = 0; tapX < taps; tapX++)
      for (let row = 0, at = 0; row < MESH_PX; row++) {
        const cropY = row + (tapY + 0.5) / taps;
        for (let column = 0; column < MESH_PX; column++, at += 3) {
          const cropX = column + (tapX + 0.5) / taps;
          const x = origin.x + cropX * rightX + cropY * downX - 0.5;
          const y = origin.y + cropX * rightY + cropY * downY - 0.5;
          addPixel(picture, x, y, weight, into, at);
        }
      }
}

/** Adds the picture's colour at a place between four pixels; outside the picture is black, as MediaPipe pads. */
function addPixel(
  { rgb, widthPx, heightPx }: Picture,
  x: number,
  y: number,
  weight: number,
  into: Float32Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, along] = [x - left, y - top];
  for (let corner = 0; corner < 4; corner++) {
    const px = left + (corner & 1);
    const py = top + (corner >> 1);
    if (px < 0 || py < 0 || px >= widthPx || py >= heightPx) continue;
    const part = weight * (corner & 1 ? across : 1 - across) * (corner >> 1 ? along : 1 - along);
    const from = (py * widthPx + px) * 3;
    into[at] = (into[at] as number) + part * (rgb[from] as number);
    into[at + 1] = (into[at + 1] as number) + part * (rgb[from + 1] as number);
    into[at + 2] = (into[at + 2] as number) + part * (rgb[from + 2] as number);
  }
}
