/** The characters that come with Orator. A preset is only values: the drawing is one and the same code for all. */
import type { Rgba } from '../../draw/draw-list.ts';
import { hex } from './paint.ts';
import type { ColorParameter, ShapeValues } from './parameters.ts';

export interface PresetDefinition {
  readonly preset: string;
  readonly name: string;
  readonly description: string;
  readonly colors: Readonly<Record<ColorParameter, Rgba>>;
  readonly shape: ShapeValues;
}

const PLAIN_SHAPE: ShapeValues = {
  faceWidth: 1,
  jawWidth: 1,
  eyeSize: 1,
  noseWidth: 1,
  noseLength: 1,
  mouthWidth: 1,
  lipFullness: 1,
  browThickness: 1,
  browHeight: 1,
  hairLength: 1,
  hairVolume: 1,
  shoulderWidth: 1,
  freckles: 0,
  earrings: 1,
  necklace: 1,
};

export const PRESETS: readonly [PresetDefinition, ...PresetDefinition[]] = [
  {
    preset: 'nora',
    name: 'Nora',
    description: 'A woman in her thirties with a dark wavy bob, in a teal blazer over a cream top.',
    colors: {
      skinColor: hex('#cf9068'),
      hairColor: hex('#43251f'),
      irisColor: hex('#7a4a22'),
      lipColor: hex('#b4504a'),
      jacketColor: hex('#1f6466'),
      topColor: hex('#f3e6d3'),
      trousersColor: hex('#22363f'),
      metalColor: hex('#d9a441'),
    },
    shape: PLAIN_SHAPE,
  },
];

/** Sets of clothes and lips that go together; a presenter's `look` parameter names one. The preset's own is `teal`. */
export const LOOKS: Readonly<Record<string, Partial<Record<ColorParameter, Rgba>>>> = {
  teal: {},
  rust: {
    jacketColor: hex('#b4532f'),
    topColor: hex('#f6ead9'),
    trousersColor: hex('#33313f'),
    lipColor: hex('#b1463f'),
  },
  ink: {
    jacketColor: hex('#2b3350'),
    topColor: hex('#e9d9d3'),
    trousersColor: hex('#1f2333'),
    lipColor: hex('#a83f4d'),
    metalColor: hex('#c9c5bd'),
  },
  plum: {
    jacketColor: hex('#6a3350'),
    topColor: hex('#f2dfc9'),
    trousersColor: hex('#2f2433'),
    lipColor: hex('#8f3346'),
  },
  sand: {
    jacketColor: hex('#c6a57c'),
    topColor: hex('#31444c'),
    trousersColor: hex('#4a4038'),
    lipColor: hex('#b25a4c'),
  },
};
