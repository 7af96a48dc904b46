/**
 * Building example projects. Ids are counted, not random, and times are fixed, so that making an example again gives
 * the same file.
 */
import { DEFAULT_CAPTIONS } from '#core/document/create.ts';
import { SYNTHETIC } from '#core/document/likeness.ts';
import {
  FULL_CROP,
  PROJECT_SCHEMA_VERSION,
  type Background,
  type Framing,
  type HexColor,
  type IllustratedPresenter,
  type Layer,
  type MediaEntry,
  type Project,
  type Scene,
  type TextLayer,
  type VideoFormat,
  type Voice,
} from '#core/document/project.ts';
import type { EmotionName, GestureName, Inline, Paragraph } from '#core/document/script.ts';
import type { AssetHash } from '#core/base/ids.ts';

/** When the examples were written; part of the files. */
export const WRITTEN_AT = '2026-11-21T09:00:00.000Z';

/** A picture as it goes into a project, with its bytes. */
export interface Picture {
  readonly entry: MediaEntry;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Example {
  /** Its file's name without the ending. */
  readonly id: string;
  /** One line for the list of examples. */
  readonly about: string;
  readonly project: Project;
  readonly pictures: readonly Picture[];
}

// The marks of a script, as short as they are on the page.
export const pause = (durationS: number): Inline => ({ kind: 'pause', durationS });
export const gesture = (name: GestureName): Inline => ({ kind: 'gesture', gesture: name });
export const stressed = (text: string, emphasis: 1 | 2 = 1): Inline => ({
  kind: 'text',
  text,
  marks: { emphasis },
});
export const said = (text: string, pronunciation: string): Inline => ({
  kind: 'text',
  text,
  marks: { pronunciation },
});
export const variable = (name: string, fallback: string): Inline => ({ kind: 'variable', name, fallback });

export interface SceneParts {
  readonly background: Background;
  readonly says: readonly (readonly [EmotionName, ...(string | Inline)[]])[];
  readonly framing?: Framing;
  readonly centerX?: number;
  readonly layers?: readonly Omit<TextLayer, 'id'>[];
  /** Cross-fade from the scene before, seconds; without, a cut. */
  readonly fadeS?: number;
}

export interface ProjectParts {
  readonly id: string;
  readonly name: string;
  readonly format: VideoFormat;
  readonly presenter: Pick<IllustratedPresenter, 'name' | 'preset'> &
    Partial<Pick<IllustratedPresenter, 'parameters'>>;
  readonly voice: Pick<Voice, 'name' | 'engineVoice' | 'language'> &
    Partial<Pick<Voice, 'speed' | 'pitchSt'>>;
  readonly accent: HexColor;
  readonly highlight: HexColor;
  readonly captionSize?: number;
  readonly logo?: Picture;
  readonly pictures?: readonly Picture[];
  readonly scenes: readonly SceneParts[];
}

export function exampleProject(parts: ProjectParts): Project {
  const id = <Id extends string>(suffix: string) => `${parts.id}-${suffix}` as Id;
  const presenter: IllustratedPresenter = {
    kind: 'illustrated',
    id: id('presenter'),
    likeness: SYNTHETIC,
    parameters: {},
    ...parts.presenter,
  };
  const voice: Voice = {
    id: id('voice'),
    engine: 'flite',
    speed: 1,
    pitchSt: 0,
    likeness: SYNTHETIC,
    ...parts.voice,
  };
  const pictures = [...(parts.pictures ?? []), ...(parts.logo ? [parts.logo] : [])];
  return {
    schema: PROJECT_SCHEMA_VERSION,
    id: id('project'),
    name: parts.name,
    createdAt: WRITTEN_AT,
    updatedAt: WRITTEN_AT,
    format: parts.format,
    presenters: [presenter],
    voices: [voice],
    scenes: parts.scenes.map((scene, index) =>
      sceneOf(scene, `${parts.id}-scene-${index + 1}`, presenter, voice),
    ),
    captions: {
      ...DEFAULT_CAPTIONS,
      highlight: parts.highlight,
      sizeFraction: parts.captionSize ?? DEFAULT_CAPTIONS.sizeFraction,
    },
    brand: {
      accent: parts.accent,
      logo: parts.logo ? { asset: parts.logo.entry.hash, corner: 'top-right', widthFraction: 0.15 } : null,
    },
    media: pictures.map((picture) => picture.entry),
  };
}

function sceneOf(parts: SceneParts, id: string, presenter: IllustratedPresenter, voice: Voice): Scene {
  return {
    id: id as Scene['id'],
    script: { paragraphs: parts.says.map((line, index) => paragraphOf(line, `${id}-line-${index + 1}`)) },
    voice: voice.id,
    recording: null,
    presenters: [
      {
        presenter: presenter.id,
        framing: parts.framing ?? 'medium',
        centerX: parts.centerX ?? 0.5,
        scale: 1,
        cutOut: false,
      },
    ],
    background: parts.background,
    layers: (parts.layers ?? []).map((layer, index): Layer => ({
      ...layer,
      id: `${id}-layer-${index + 1}` as Layer['id'],
    })),
    transition: parts.fadeS === undefined ? { kind: 'cut' } : { kind: 'cross-fade', durationS: parts.fadeS },
  };
}

function paragraphOf([emotion, ...content]: SceneParts['says'][number], id: string): Paragraph {
  return {
    id: id as Paragraph['id'],
    emotion,
    content: content.map((part): Inline => (typeof part === 'string' ? { kind: 'text', text: part } : part)),
  };
}

export function gradient(from: HexColor, to: HexColor, angleDeg: number): Background {
  return { kind: 'gradient', from, to, angleDeg };
}

export function pictureBackground(asset: AssetHash): Background {
  return { kind: 'image', asset, fit: 'cover', crop: FULL_CROP };
}

/** A line of text with the look the examples share. */
export function title(
  text: string,
  box: TextLayer['box'],
  sizeFraction: number,
  over: Partial<Pick<TextLayer, 'weight' | 'align' | 'color'>> = {},
): Omit<TextLayer, 'id'> {
  return { kind: 'text', text, box, sizeFraction, weight: 'bold', align: 'start', color: '#ffffff', ...over };
}
