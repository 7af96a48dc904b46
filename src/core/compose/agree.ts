/** Whether two compositors drew the same picture, as the golden tests hold them together. */

/** Nearly every pixel nearly equal. */
export function pixelsAgree(a: Uint8ClampedArray, b: Uint8ClampedArray): boolean {
  if (a.length !== b.length) return false;
  let far = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    sum += difference;
    if (difference > 24) far++;
  }
  return sum / a.length < 1.5 && far / a.length < 0.01;
}
