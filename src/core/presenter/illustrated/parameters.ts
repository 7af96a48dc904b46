/**
 * What can be chosen about a character. A preset names a value for each; a presenter's own `parameters` override
 * them by name. Unknown names and wild values are ignored or clamped: a project from elsewhere must still draw.
 */
import type { IllustratedPresenter } from '../../document/project.ts';
import { clamp } from './geometry.ts';
import { makePalette, type Palette } from './palette.ts';
import { parseHex } from './paint.ts';
import { LOOKS, PRESETS, type PresetDefinition } from './presets.ts';

export const COLOR_PARAMETERS = [
  'skinColor',
  'hairColor',
  'irisColor',
  'lipColor',
  'jacketColor',
  'topColor',
  'trousersColor',
  'metalColor',
] as const;
/** Shape parameters: a factor on the preset's own proportion, 1 unchanged, with the range that still looks right. */
export const SHAPE_PARAMETERS = {
  faceWidth: [0.92, 1.1],
  jawWidth: [0.88, 1.14],
  eyeSize: [0.86, 1.14],
  noseWidth: [0.85, 1.25],
  noseLength: [0.9, 1.12],
  mouthWidth: [0.88, 1.16],
  lipFullness: [0.7, 1.35],
  browThickness: [0.6, 1.5],
  browHeight: [0.85, 1.2],
  hairLength: [0.85, 1.25],
  hairVolume: [0.9, 1.15],
  shoulderWidth: [0.92, 1.08],
  freckles: [0, 1],
  earrings: [0, 1],
  necklace: [0, 1],
} as const;
export type ColorParameter = (typeof COLOR_PARAMETERS)[number];
export type ShapeParameter = keyof typeof SHAPE_PARAMETERS;
export type ShapeValues = Readonly<Record<ShapeParameter, number>>;

export interface Character {
  readonly shape: ShapeValues;
  readonly palette: Palette;
}

export function characterOf(presenter: IllustratedPresenter): Character {
  const preset: PresetDefinition = PRESETS.find((p) => p.preset === presenter.preset) ?? PRESETS[0];
  const look = LOOKS[String(presenter.parameters['look'] ?? '')] ?? {};
  const color = (name: ColorParameter) => {
    const own = presenter.parameters[name];
    return (typeof own === 'string' ? parseHex(own) : null) ?? look[name] ?? preset.colors[name];
  };
  const shape = Object.fromEntries(
    (Object.keys(SHAPE_PARAMETERS) as ShapeParameter[]).map((name) => {
      const own = presenter.parameters[name];
      const [low, high] = SHAPE_PARAMETERS[name];
      const value = typeof own === 'number' && Number.isFinite(own) ? own : preset.shape[name];
      return [name, clamp(value, low, high)];
    }),
  ) as Record<ShapeParameter, number>;
  const palette = makePalette({
    skin: color('skinColor'),
    hair: color('hairColor'),
    iris: color('irisColor'),
    lips: color('lipColor'),
    jacket: color('jacketColor'),
    top: color('topColor'),
    trousers: color('trousersColor'),
    metal: color('metalColor'),
  });
  return { shape, palette };
}
