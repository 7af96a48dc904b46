/**
 * What is beside someone whose own picture is narrower (or flatter) than the frame: that picture again, so soft and dark
 * that it is only its colours. They are few and stand still, so a handful of them, seen once, is drawn as strips of
 * gradients along a uniform cubic B-spline, and a compositor keeps the raster for the whole shot.
 */
import type { Background, VideoFormat } from '../document/project.ts';
import { IDENTITY, type Affine, type DrawLayer, type GradientStop, type Rect } from '../draw/draw-list.ts';
import { rectPath } from '../draw/path.ts';
import { frameRect } from './background.ts';
import type { PreparedPresenter } from './frame-plan.ts';
import { colorAt, type PictureLook } from './picture-look.ts';

/** Colours along the frame's longer side. */
const CONTROLS = 9;
/** Looks in each colour's cell, each way. */
const SAMPLES = 4;
const STRIPS = 240;
/** How much light is left, and of the picture's own colour. */
const [DIM, COLOUR] = [0.5, 0.85];
/** The picture fills the frame and goes a little beyond it. */
const OVER = 1.1;
/** Pixels by which a picture may fall short of a frame's edge and still reach it. */
const REACHES_PX = 1;

/**
 * Whether a presenter's picture fills the frame one way and leaves it bare the other. One that leaves it bare both ways
 * was made small on purpose, and a picture or film behind it was chosen to be seen.
 */
export function leavesSidesBare(
  { presenter, placement, kind, data }: Omit<PreparedPresenter, 'track'>,
  background: Background,
  transform: Affine,
  format: VideoFormat,
): boolean {
  if (placement.cutOut || background.kind === 'image' || background.kind === 'video') return false;
  const room = kind.room(presenter, data);
  if (room === null) return false;
  const [scale, , , , x, y] = transform;
  const { picture } = room;
  const reaches = (from: number, size: number, frame: number) =>
    from <= REACHES_PX && from + size >= frame - REACHES_PX;
  const wide = reaches(x + scale * picture.x, scale * picture.width, format.widthPx);
  const high = reaches(y + scale * picture.y, scale * picture.height, format.heightPx);
  return wide !== high;
}

/** @param held how much of the looked-at picture, from its top, is the presenter's */
export function backdropLayer(look: PictureLook, held: number, name: string, format: VideoFormat): DrawLayer {
  const { widthPx, heightPx } = format;
  const longer = Math.max(widthPx, heightPx);
  const columns = Math.max(4, Math.round((CONTROLS * widthPx) / longer));
  const rows = Math.max(4, Math.round((CONTROLS * heightPx) / longer));
  const colors = controls(look, held, columns, rows, format);
  const stopCount = 3 * columns;
  const nodes = Array.from({ length: STRIPS }, (_, k) => {
    const [top, bottom] = [
      Math.floor((k * heightPx) / STRIPS),
      // Under the strip that comes next, or edges would show where a frame is drawn smaller.
      Math.min(heightPx, Math.ceil(((k + 2) * heightPx) / STRIPS)),
    ];
    const stops = Array.from({ length: stopCount + 1 }, (_, s): GradientStop => {
      const [r, g, b] = splineAt(colors, columns, rows, s / stopCount, (k + 0.5) / STRIPS);
      return { at: s / stopCount, color: [r, g, b, 1] };
    });
    return {
      kind: 'path',
      path: rectPath(0, top, widthPx, bottom - top),
      fill: { kind: 'linear', from: [0, 0], to: [widthPx, 0], stops },
    } as const;
  });
  return {
    kind: 'vector',
    name,
    opacity: 1,
    key: `backdrop|${look.key}|${held}|${widthPx}x${heightPx}`,
    transform: IDENTITY,
    nodes,
    bounds: frameRect(format),
  };
}

/** Mean colours of the frame's cells, of a picture that covers it; all moments of a film at once. */
function controls(
  look: PictureLook,
  held: number,
  columns: number,
  rows: number,
  { widthPx, heightPx }: VideoFormat,
): Float32Array {
  // Half a cell from the edge below which something else is.
  const bottom = held < 1 ? held - 0.5 / look.rows : 1;
  const [pictureWidth, pictureHeight] = [look.columns, look.rows * bottom];
  const scale = OVER * Math.max(widthPx / pictureWidth, heightPx / pictureHeight);
  const used: Rect = {
    width: widthPx / scale / pictureWidth,
    height: (heightPx / scale / pictureHeight) * bottom,
    x: (1 - widthPx / scale / pictureWidth) / 2,
    y: ((1 - heightPx / scale / pictureHeight) / 2) * bottom,
  };
  const out = new Float32Array(columns * rows * 3);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const sum = [0, 0, 0];
      for (const timeS of look.timesS)
        for (let j = 0; j < SAMPLES; j++)
          for (let i = 0; i < SAMPLES; i++) {
            const x = used.x + (used.width * (c + (i + 0.5) / SAMPLES)) / columns;
            const y = used.y + (used.height * (r + (j + 0.5) / SAMPLES)) / rows;
            const color = colorAt(look, timeS, x, y);
            for (let k = 0; k < 3; k++) sum[k]! += color[k]! / (SAMPLES * SAMPLES * look.timesS.length);
          }
      const grey = (sum[0]! + sum[1]! + sum[2]!) / 3;
      for (let k = 0; k < 3; k++) out[(r * columns + c) * 3 + k] = DIM * (grey + COLOUR * (sum[k]! - grey));
    }
  return out;
}

/** @param x @param y fractions of the frame; beyond the outermost controls those go on */
function splineAt(
  colors: Float32Array,
  columns: number,
  rows: number,
  x: number,
  y: number,
): readonly [number, number, number] {
  const [c, wc] = basis(x * columns - 0.5);
  const [r, wr] = basis(y * rows - 0.5);
  const out: [number, number, number] = [0, 0, 0];
  const within = (i: number, count: number) => Math.min(count - 1, Math.max(0, i));
  for (let j = 0; j < 4; j++)
    for (let i = 0; i < 4; i++) {
      const at = (within(r + j - 1, rows) * columns + within(c + i - 1, columns)) * 3;
      for (let k = 0; k < 3; k++) out[k]! += wc[i]! * wr[j]! * colors[at + k]!;
    }
  return out;
}

function basis(at: number): readonly [cell: number, weights: readonly number[]] {
  const cell = Math.floor(at);
  const t = at - cell;
  return [
    cell,
    [
      (1 - t) ** 3 / 6,
      (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
      (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
      t ** 3 / 6,
    ],
  ];
}
