/** Colours that were multiplied by their alpha, and back. */

/** RGBA bytes from premultiplied to straight alpha, in place, rounded as canvases do; clear glass has no colour. */
export function straighten(rgba: Uint8ClampedArray): void {
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] as number;
    if (alpha === 255 || alpha === 0) continue;
    const scale = 255 / alpha;
    // Rounded and clamped by the array.
    rgba[at] = (rgba[at] as number) * scale;
    rgba[at + 1] = (rgba[at + 1] as number) * scale;
    rgba[at + 2] = (rgba[at + 2] as number) * scale;
  }
}
