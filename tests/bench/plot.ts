/** Curves where a number would hide the shape: a plain SVG beside the table, `out/<name>.svg`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  /** Over the chart's whole width, however many values there are. */
  readonly stretched?: boolean;
}

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [900, 460, 60, 44, 190, 44];
// Okabe and Ito's colours: told apart by everyone.
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#000000'];

/** A round number a little above. */
function ceiling(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

export async function lineChart(
  file: string,
  title: string,
  xName: string,
  yName: string,
  lines: readonly Line[],
): Promise<void> {
  const top = ceiling(Math.max(...lines.flatMap(({ values }) => values)));
  const longest = Math.max(...lines.map(({ values }) => values.length));
  const plotWidth = WIDTH - LEFT - RIGHT;
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + plotHeight * (1 - value / top);
  const text = (x: number, at: number, words: string, more = '') =>
    `<text x="${x}" y="${at.toFixed(1)}" ${more}>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * top);
    return `<path d="M${LEFT} ${at.toFixed(1)}h${plotWidth}" stroke="#ddd"/>${text(LEFT - 8, at + 4, String(part * top), 'text-anchor="end"')}`;
  });
  const curves = lines.map(({ name, values, stretched }, i) => {
    const last = Math.max(1, (stretched ? values.length : longest) - 1);
    const points = values.map(
      (value, k) => `${(LEFT + (plotWidth * k) / last).toFixed(1)},${y(value).toFixed(1)}`,
    );
    const color = COLORS[i % COLORS.length] ?? '#000';
    return (
      `<polyline fill="none" stroke="${color}" stroke-width="1.6" points="${points.join(' ')}"/>` +
      text(LEFT + plotWidth + 12, TOP + 16 * i + 10, name, `fill="${color}"`)
    );
  });
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 24, `${title} (${yName})`, 'font-size="15"'),
    ...grid,
    ...curves,
    text(LEFT + plotWidth / 2, HEIGHT - 14, xName, 'text-anchor="middle"'),
    '</svg>',
  ];
  const folder = join(import.meta.dirname, 'out');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${file}.svg`), svg.join('\n'));
}
