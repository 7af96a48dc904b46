/**
 * What is seen between the lips does not move with them: the upper teeth belong to the skull, the lower ones to the
 * jaw, and lips open over both like a curtain. So the inside of a chosen mouth is not stretched to the wanted lips. It
 * stays where it was on the head at its upper edge and on the jaw at its lower edge, the upper teeth keep their length,
 * what is under them gives way, and the lips cover what is too much. Only where the chosen mouth did not show enough is
 * its edge moved; and where lips part further than they ever did, the jaw has dropped: what was filmed nearly keeps its
 * size at both ends, and dark opens between.
 */
import { across, placeInMesh, RING, ringPlace, SPOKES } from './points.ts';

export const COLUMNS = SPOKES / 2 + 1;
export const ROWS = 10;
/** Landmarks of the jaw's front: their mean says how far the jaw is down. */
const CHIN = [199, 175, 152, 200, 208, 428].map(placeInMesh);

/** Triangles of COLUMNS × ROWS vertices, row-major from the upper lip down. */
export const BETWEEN_INDICES: readonly number[] = Array.from(
  { length: (ROWS - 1) * (COLUMNS - 1) },
  (_, q) => {
    const a = Math.floor(q / (COLUMNS - 1)) * COLUMNS + (q % (COLUMNS - 1));
    return [a, a + 1, a + COLUMNS, a + 1, a + COLUMNS + 1, a + COLUMNS];
  },
).flat();

/** What is shown may be drawn so much taller than it was filmed; of what is wanted beyond, this share is put between. */
const [STRETCHED, BETWEEN] = [1.08, 0.7];
/** As tall a gap, in heights of the face, is wholly a gap; a taller one is as dark as it gets; and how much of its light is left. */
const [OPEN, DEEP, DEEP_LIGHT] = [0.07, 0.15, 0.4];
/** Rows of what belongs to the skull; the next are the gap that opens under it; the rest belongs to the jaw. */
const [SKULL_ROWS, GAP_ROWS] = [4, 3];
/** Of what was filmed, so much is drawn out to fill the gap: heights of the face. */
const EDGE = 0.006;

/**
 * @param wanted MOUTH_MESH × 3: the lower face that is wanted, head's own frame
 * @param source MOUTH_MESH × 3: that of the chosen picture's frame
 * @param teeth how far down its upper teeth reach, in parts of its gap
 * @param to COLUMNS × ROWS × 3, filled: where the vertices stand, head's own frame
 * @param from the same: what they show, head's own frame of the chosen picture
 * @param light COLUMNS × ROWS, filled: what is left of the light there, 1 where nothing opens that was not filmed
 */
export function insideOfMouth(
  wanted: Float64Array,
  source: Float64Array,
  teeth: number,
  to: Float64Array,
  from: Float64Array,
  light: Float64Array,
): void {
  const jaw = CHIN.reduce((sum, p) => sum + source[p * 3 + 1]! - wanted[p * 3 + 1]!, 0) / CHIN.length;
  for (let k = 0; k < COLUMNS; k++) {
    const [upper, lower] = [ringPlace(RING.inner, k) * 3, ringPlace(RING.inner, across(k)) * 3];
    const height = wanted[lower + 1]! - wanted[upper + 1]!;
    // Of lips that cross by a tremble, the middle.
    const middle = (source[upper + 1]! + source[lower + 1]!) / 2;
    const [top, bottom] = [Math.min(source[upper + 1]!, middle), Math.max(source[lower + 1]!, middle)];
    let first = Math.max(top, wanted[upper + 1]!);
    let last = Math.min(bottom, wanted[lower + 1]! + jaw);
    // The two anchors must leave something between them.
    if (last - first < 0.35 * Math.min(height, bottom - top)) {
      const spare = Math.max(0, bottom - top - height) / 2;
      [first, last] = [top + spare, bottom - spare];
    }
    // Teeth keep their length; what ends them (dark, tongue) takes up the rest. Nothing but teeth gives way as a whole.
    const stiff = Math.max(0, Math.min(1, (0.92 - teeth) / 0.2));
    const ends = top + teeth * (bottom - top) - first;
    const length = stiff * Math.max(0, Math.min(ends, 0.8 * height, 0.9 * (last - first)));
    const shown = { first, last, length, height };
    const gap = gapUnder(shown);
    // The corners belong to the lips, the middle to the skull.
    const corner = Math.abs(k / (COLUMNS - 1) - 0.5) * 2;
    const edge = corner * corner;
    for (let row = 0; row < ROWS; row++) {
      const down = downAt(row, shown, gap);
      const t = height > 1e-9 ? down / height : row / (ROWS - 1);
      const at = (row * COLUMNS + k) * 3;
      for (let axis = 0; axis < 3; axis++) {
        to[at + axis] = wanted[upper + axis]! * (1 - t) + wanted[lower + axis]! * t;
        const lips = source[upper + axis]! * (1 - t) + source[lower + axis]! * t;
        from[at + axis] = axis === 1 ? 0 : axis === 2 ? lips : to[at + axis]! * (1 - edge) + lips * edge;
      }
      from[at + 1] = first + shownAt(down, shown, gap);
      light[row * COLUMNS + k] = lightAt(row, gap);
    }
  }
}

/** One column: what of the picture it shows, how much of that is teeth, and how tall it is to be. */
interface Shown {
  readonly first: number;
  readonly last: number;
  readonly length: number;
  readonly height: number;
}

/** A gap that opens because lips are further apart than they were filmed: from where down, and how tall; 0 for none. */
interface Gap {
  readonly at: number;
  readonly tall: number;
  /** 0 … 1: how far it has opened. */
  readonly open: number;
  /** 0 … 1: how dark it is. */
  readonly deep: number;
}

function gapUnder({ first, last, length, height }: Shown): Gap {
  const filmed = Math.max(last - first, 0);
  const tall = BETWEEN * (height - STRETCHED * filmed);
  if (tall <= 0 || filmed <= 1e-6) return { at: 0, tall: 0, open: 0, deep: 0 };
  // Where no teeth end, it opens half-way down.
  const at = length > 0 ? length + EDGE : 0.5 * filmed;
  return { at: Math.min(at, 0.9 * filmed), tall, open: smooth(tall / OPEN), deep: smooth(tall / DEEP) };
}

/** How far down the column a row stands: even where nothing opens; rows gather at the ends of a gap as it does. */
function downAt(row: number, { height }: Shown, gap: Gap): number {
  const even = (row / (ROWS - 1)) * height;
  if (gap.tall === 0) return even;
  const end = gap.at + gap.tall;
  const gathered =
    row < SKULL_ROWS
      ? (row / (SKULL_ROWS - 1)) * gap.at
      : row < SKULL_ROWS + GAP_ROWS
        ? gap.at + ((row - SKULL_ROWS + 1) / (GAP_ROWS + 1)) * gap.tall
        : end + ((row - SKULL_ROWS - GAP_ROWS) / (ROWS - 1 - SKULL_ROWS - GAP_ROWS)) * (height - end);
  return even + gap.open * (gathered - even);
}

/** How far down the picture is what is seen `down` the column. */
function shownAt(down: number, shown: Shown, gap: Gap): number {
  const { first, last, length, height } = shown;
  const filmed = last - first;
  const stretched =
    down <= length ? down : length + ((down - length) / Math.max(height - length, 1e-6)) * (filmed - length);
  if (gap.tall === 0) return stretched;
  const end = gap.at + gap.tall;
  const opened =
    down <= gap.at
      ? down
      : down < end
        ? gap.at + (EDGE * (down - gap.at)) / gap.tall
        : filmed -
          ((height - down) / Math.max(height - end, 1e-6)) * (filmed - Math.min(filmed, gap.at + EDGE));
  return stretched + gap.open * (Math.max(0, Math.min(filmed, opened)) - stretched);
}

function lightAt(row: number, gap: Gap): number {
  if (row < SKULL_ROWS || row >= SKULL_ROWS + GAP_ROWS) return 1;
  // A tongue comes out of the dark by degrees; teeth end sharply.
  const near = row === SKULL_ROWS + GAP_ROWS - 1 ? 0.5 : 1;
  return 1 - gap.deep * near * (1 - DEEP_LIGHT);
}

function smooth(x: number): number {
  const t = Math.max(0, Math.min(1, x));
  return t * t * (3 - 2 * t);
}
