/** Ten bits as graphics cards take them: P010, whose samples stand in the upper ten bits of sixteen, U and V in turn. */

/**
 * @param planar Y, U and V one after another, two bytes a sample, least byte first, chroma halved each way
 * @param out as large
 */
export function planarToP010(
  planar: Uint8Array<ArrayBuffer>,
  widthPx: number,
  heightPx: number,
  out: Uint8Array<ArrayBuffer>,
): void {
  const from = new Uint16Array(planar.buffer, planar.byteOffset, planar.byteLength / 2);
  const to = new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
  const luma = widthPx * heightPx;
  const chroma = luma / 4;
  for (let i = 0; i < luma; i++) to[i] = from[i]! << 6;
  for (let i = 0; i < chroma; i++) {
    to[luma + 2 * i] = from[luma + i]! << 6;
    to[luma + 2 * i + 1] = from[luma + chroma + i]! << 6;
  }
}
