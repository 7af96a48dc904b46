/**
 * The colours of one character. A few named tones; every light and shade is made from them here, so that a change of
 * skin or cloth keeps the harmony: shadows lean to warm red-violet, lights to warm yellow, as in gouache.
 */
import type { Rgba } from '../../draw/draw-list.ts';
import { blend, hex } from './paint.ts';

export interface Palette {
  readonly skin: Tones;
  readonly blush: Rgba;
  readonly lip: Tones;
  readonly mouthDark: Rgba;
  readonly gum: Rgba;
  readonly tongue: Tones;
  readonly teeth: Tones;
  readonly sclera: Tones;
  readonly iris: Tones;
  readonly ink: Rgba; // lashes, pupils, the darkest accents
  readonly hair: Tones;
  readonly jacket: Tones;
  readonly top: Tones;
  readonly trousers: Tones;
  readonly metal: Tones;
}
export interface Tones {
  readonly light: Rgba;
  readonly base: Rgba;
  readonly shade: Rgba;
  readonly deep: Rgba;
}

export interface PaletteSource {
  readonly skin: Rgba;
  readonly hair: Rgba;
  readonly iris: Rgba;
  readonly lips: Rgba;
  readonly jacket: Rgba;
  readonly top: Rgba;
  readonly trousers: Rgba;
  readonly metal: Rgba;
}

const WARM_LIGHT = hex('#ffe2b8');
const WARM_SHADE = hex('#5c1a22');
/** Light that has passed through skin comes out red. */
const BLOOD = hex('#93311f');
const COOL_SHADE = hex('#101a3a');

/** Brightness as the eye sees it, near enough. */
const luma = (c: Rgba): number => 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2];
const times = (c: Rgba, k: number): Rgba => [c[0] * k, c[1] * k, c[2] * k, c[3]];

function skinTones(base: Rgba): Tones {
  const dark = 1 - luma(base); // deep skin takes a smaller step into shade and a glossier light
  return {
    light: blend(base, WARM_LIGHT, 0.34 - 0.12 * dark),
    base,
    shade: blend(times(base, 0.82), BLOOD, 0.3),
    deep: blend(times(base, 0.54), WARM_SHADE, 0.42),
  };
}
function clothTones(base: Rgba): Tones {
  return {
    light: blend(base, WARM_LIGHT, 0.2),
    base,
    shade: blend(times(base, 0.7), COOL_SHADE, 0.22),
    deep: blend(times(base, 0.42), COOL_SHADE, 0.3),
  };
}

export function makePalette(source: PaletteSource): Palette {
  const skin = skinTones(source.skin);
  return {
    skin,
    blush: blend(blend(source.skin, hex('#e0433f'), 0.46), source.lips, 0.2),
    lip: {
      light: blend(source.lips, hex('#ffd9c8'), 0.22 + 0.45 * luma(source.lips)),
      base: source.lips,
      shade: blend(times(source.lips, 0.74), WARM_SHADE, 0.2),
      deep: blend(times(source.lips, 0.42), WARM_SHADE, 0.4),
    },
    mouthDark: hex('#2c0d14'),
    gum: blend(hex('#a8484e'), source.skin, 0.15),
    tongue: {
      light: hex('#d67f7b'),
      base: hex('#b8585c'),
      shade: hex('#8c3a44'),
      deep: hex('#5d222d'),
    },
    teeth: { light: hex('#fffaf0'), base: hex('#f3e9da'), shade: hex('#cdb8a8'), deep: hex('#8d7068') },
    sclera: { light: hex('#fdf8f1'), base: hex('#f2e8de'), shade: hex('#c3aaa0'), deep: hex('#8a6c66') },
    iris: {
      light: blend(source.iris, hex('#f0b96a'), 0.55),
      base: source.iris,
      shade: times(source.iris, 0.5),
      deep: times(source.iris, 0.28),
    },
    ink: blend(times(source.hair, 0.45), hex('#1c0f14'), 0.6),
    hair: {
      light: blend(source.hair, hex('#d08a56'), 0.42),
      base: source.hair,
      shade: blend(times(source.hair, 0.62), hex('#1a0c18'), 0.3),
      deep: blend(times(source.hair, 0.36), hex('#140a14'), 0.45),
    },
    jacket: clothTones(source.jacket),
    top: {
      light: blend(source.top, hex('#fffdf6'), 0.5),
      base: source.top,
      shade: blend(times(source.top, 0.8), hex('#7a5a6a'), 0.22),
      deep: blend(times(source.top, 0.55), hex('#4a2c40'), 0.3),
    },
    trousers: clothTones(source.trousers),
    metal: {
      light: blend(source.metal, hex('#fff6d6'), 0.7),
      base: source.metal,
      shade: times(source.metal, 0.66),
      deep: times(source.metal, 0.4),
    },
  };
}
