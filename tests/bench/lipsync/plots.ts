/** Pictures to be looked at: predicted and tracked curves of a clip, and the landmarks on a few of its frames. */
import { writeFileSync } from 'node:fs';
import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Film, Picture } from './film.ts';
import { mean } from './signal.ts';
import type { TrackedLips } from './track.ts';

// Okabe and Ito's colours: told apart by everyone.
const COLORS = ['#000000', '#d55e00', '#0072b2', '#009e73', '#e69f00', '#cc79a7', '#56b4e9'];
const [WIDTH, PANEL, LEFT, RIGHT, TOP] = [1240, 260, 50, 230, 34];

export interface PlottedCurve {
  readonly name: string;
  readonly values: readonly number[];
}

export interface Panel {
  readonly title: string;
  /** The first is drawn thick: the truth. All are brought to zero mean and unit variance. */
  readonly curves: readonly PlottedCurve[];
}

export interface Mark {
  readonly startS: number;
  readonly endS: number;
  readonly label: string;
}

function standardised(values: readonly number[]): number[] {
  const middle = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return values.map((value) => (deviation > 1e-12 ? (value - middle) / deviation : 0));
}

/** Panels below each other on one time axis, phones marked beneath the curves and shaded where lips must shut. */
export function drawCurves(
  file: string,
  title: string,
  fps: number,
  panels: readonly Panel[],
  marks: readonly Mark[],
): void {
  const canvas = createCanvas(WIDTH, TOP + PANEL * panels.length);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  pen.font = '16px sans-serif';
  pen.fillText(title, LEFT, 22);
  panels.forEach((panel, i) => drawPanel(pen, TOP + i * PANEL, fps, panel, marks));
  writeFileSync(file, canvas.toBuffer('image/png'));
}

function drawPanel(
  pen: SKRSContext2D,
  top: number,
  fps: number,
  { title, curves }: Panel,
  marks: readonly Mark[],
): void {
  const frames = Math.max(...curves.map(({ values }) => values.length));
  const wide = WIDTH - LEFT - RIGHT;
  const tall = PANEL - 46;
  const x = (frame: number) => LEFT + (wide * (frame + 0.5)) / frames;
  const y = (value: number) => top + 20 + tall * (1 - (Math.min(Math.max(value, -2.2), 3.4) + 2.2) / 5.6);
  pen.font = '12px sans-serif';
  pen.fillStyle = '#000';
  pen.fillText(title, LEFT, top + 14);
  for (const { startS, endS, label } of marks) {
    const [from, to] = [x(startS * fps - 0.5), x(endS * fps - 0.5)];
    pen.fillStyle = /^[pbm]$/.test(label) ? '#fbd9c6' : label === 'pau' ? '#f0f0f0' : '#fff';
    pen.fillRect(from, top + 20, to - from, tall);
    pen.fillStyle = '#555';
    if (label !== 'pau') pen.fillText(label, (from + to) / 2 - 4, top + 34 + tall);
  }
  pen.strokeStyle = '#ddd';
  pen.beginPath();
  for (let s = 0; s * fps < frames; s += 0.5) {
    pen.moveTo(x(s * fps - 0.5), top + 20);
    pen.lineTo(x(s * fps - 0.5), top + 20 + tall);
  }
  pen.stroke();
  curves.forEach(({ name, values }, i) => {
    const color = COLORS[i % COLORS.length] ?? '#000';
    pen.strokeStyle = color;
    pen.lineWidth = i === 0 ? 3 : 1.6;
    pen.beginPath();
    standardised(values).forEach((value, frame) => pen.lineTo(x(frame), y(value)));
    pen.stroke();
    pen.fillStyle = color;
    pen.fillText(name, LEFT + wide + 12, top + 34 + 17 * i);
  });
}

const SHOWN = 6;

/** A few frames, enlarged, with every landmark that is used and the measured opening. */
export async function drawLandmarks(file: string, film: Film, lips: TrackedLips): Promise<void> {
  const last = lips.opening.length - 1;
  const shown = Array.from({ length: SHOWN }, (_, k) => Math.round(((k + 0.5) / SHOWN) * last));
  let canvas: Canvas | null = null;
  let frame = -1;
  for await (const picture of film.frames()) {
    const k = shown.indexOf(++frame);
    if (k < 0) continue;
    const zoom = Math.min(2, 720 / picture.widthPx);
    const [wide, tall] = [picture.widthPx * zoom, picture.heightPx * zoom];
    canvas ??= createCanvas(3 * wide, (SHOWN / 3) * tall);
    const pen = canvas.getContext('2d');
    const [left, top] = [(k % 3) * wide, Math.floor(k / 3) * tall];
    pen.drawImage(pictureCanvas(picture), left, top, wide, tall);
    pen.font = '14px sans-serif';
    pen.fillStyle = '#0f0';
    for (const { x, y } of Object.values(lips.landmarks[frame] ?? {}))
      pen.fillRect(left + x * zoom - 1, top + y * zoom - 1, 2, 2);
    pen.fillText(`frame ${String(frame)}, ${(lips.opening[frame] ?? NaN).toFixed(3)}`, left + 8, top + 18);
  }
  if (canvas) writeFileSync(file, canvas.toBuffer('image/png'));
}

function pictureCanvas({ widthPx, heightPx, rgb }: Picture) {
  const canvas = createCanvas(widthPx, heightPx);
  const pen = canvas.getContext('2d');
  const image = pen.createImageData(widthPx, heightPx);
  for (let i = 0; i < widthPx * heightPx; i++) {
    image.data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}
