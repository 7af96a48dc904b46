/** What hangs together with the face is the person; other patches are not, and specks inside are. */

const PERSON = 0.4;
/** Patches of background within the person, smaller than this part of the picture, are mistakes. */
const SPECK = 0.0012;

/** Mends `alpha` in place. */
export function keepOnePerson(
  alpha: Float32Array,
  widthPx: number,
  heightPx: number,
  face: readonly [x: number, y: number],
): void {
  const clampTo = (value: number, size: number) => Math.min(size - 1, Math.max(0, Math.round(value)));
  const start = clampTo(face[1], heightPx) * widthPx + clampTo(face[0], widthPx);
  const isPerson = (i: number) => (alpha[i] as number) >= PERSON;
  if (!isPerson(start)) return;
  const mark = new Int32Array(alpha.length);
  flood(mark, 1, start, widthPx, heightPx, isPerson);
  let next = 2;
  for (let i = 0; i < alpha.length; i++) {
    if (mark[i] !== 0 || isPerson(i)) continue;
    const patch = flood(mark, next++, i, widthPx, heightPx, (j) => !isPerson(j));
    if (!patch.atEdge && patch.pixels.length < SPECK * alpha.length)
      for (const j of patch.pixels) alpha[j] = 1;
  }
  for (let i = 0; i < alpha.length; i++) if (mark[i] === 0) alpha[i] = 0;
}

function flood(
  mark: Int32Array,
  label: number,
  start: number,
  widthPx: number,
  heightPx: number,
  belongs: (i: number) => boolean,
): { readonly pixels: readonly number[]; readonly atEdge: boolean } {
  const pixels = [start];
  mark[start] = label;
  let atEdge = false;
  for (let n = 0; n < pixels.length; n++) {
    const i = pixels[n] as number;
    const x = i % widthPx;
    const y = (i - x) / widthPx;
    if (x === 0 || y === 0 || x === widthPx - 1 || y === heightPx - 1) atEdge = true;
    const visit = (j: number) => {
      if (mark[j] === 0 && belongs(j)) {
        mark[j] = label;
        pixels.push(j);
      }
    };
    if (x > 0) visit(i - 1);
    if (x < widthPx - 1) visit(i + 1);
    if (y > 0) visit(i - widthPx);
    if (y < heightPx - 1) visit(i + widthPx);
  }
  return { pixels, atEdge };
}
