/**
 * Rhubarb Lip Sync, by its WASM build. It answers with Hanna-Barbera's mouth shapes; the table below is what its own
 * documentation says of them, in numbers.
 */
import { Rhubarb } from 'rhubarb-lip-sync-wasm';
import type { Contender, ShapeTable } from '../contender.ts';
import { curvesOfCues } from '../contender.ts';

export const RHUBARB_SHAPES: ShapeTable = {
  X: [0, 1], // idle
  A: [0, 1], // closed, slight pressure: p b m
  B: [0.25, 1.1], // slightly open, clenched teeth: most consonants, some ee
  C: [0.6, 1.08], // open: eh, ae
  D: [1, 1.02], // wide open: aa
  E: [0.55, 0.9], // slightly rounded: ao, er
  F: [0.25, 0.65], // puckered: uw, ow, w
  G: [0.12, 1], // upper teeth on the lower lip: f v
  H: [0.5, 1.02], // long l, tongue raised
};
const SIGMA_S = 0.04;

/** The module binds its chatter to the console when it is made; so it is made while the console is away. */
async function makeQuietly(pcm: Buffer<ArrayBuffer>): Promise<void> {
  const { log, error, warn } = console;
  const silent = () => undefined;
  Object.assign(console, { log: silent, error: silent, warn: silent });
  try {
    await Rhubarb.getLipSync(pcm);
  } finally {
    Object.assign(console, { log, error, warn });
  }
}
let made: Promise<void> | null = null;

/** @param withText also tells it what is said, which it may be told */
export function rhubarbContender(withText: boolean): Contender {
  return {
    name: withText ? 'Rhubarb, told the text' : 'Rhubarb',
    note: `rhubarb-lip-sync-wasm 0.1.8, shapes by table, Gaussian σ ${SIGMA_S * 1000} ms`,
    needsText: withText,
    timed: true,
    predict: async (sound) => {
      const pcm = Buffer.from(Int16Array.from(sound.pcm, (value) => Math.round(value * 32767)).buffer);
      await (made ??= makeQuietly(pcm));
      const options = withText && sound.said ? { dialogText: sound.said.text } : {};
      const { mouthCues } = await Rhubarb.getLipSync(pcm, options);
      return curvesOfCues(
        mouthCues.map(({ start, end, value }) => ({ startS: start, endS: end, shape: value })),
        RHUBARB_SHAPES,
        sound,
        SIGMA_S,
      );
    },
  };
}
