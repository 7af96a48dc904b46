/**
 * New documents and their parts, with the defaults a person starts from: a full-HD film at 30 frames a second, one
 * illustrated presenter, an embedded voice, captions on, a calm gradient behind.
 */
import { newId } from '../base/ids.ts';
import type { MediaEntry } from './project.ts';
import { RATE_30 } from '../base/time.ts';
import { RANGES } from './limits.ts';
import { SYNTHETIC, UNCONSENTED } from './likeness.ts';
import {
  FULL_CROP,
  PROJECT_SCHEMA_VERSION,
  type Background,
  type Brand,
  type CaptionStyle,
  type IllustratedPresenter,
  type PresenterPlacement,
  type Project,
  type Recording,
  type Scene,
  type VideoFormat,
  type Voice,
} from './project.ts';
import type { EmotionName, Inline, Paragraph } from './script.ts';

export const DEFAULT_PRESET = 'nora';
export const DEFAULT_ENGINE = 'flite';
export const DEFAULT_ENGINE_VOICE = 'slt';

export const DEFAULT_FORMAT: VideoFormat = { widthPx: 1920, heightPx: 1080, rate: RATE_30 };

/**
 * Indigo into lilac, near enough in hue to stay clean halfway: quiet, dark enough for white text, and far enough from
 * skin, hair and clothes that a presenter stands out.
 */
export const DEFAULT_BACKGROUND: Background = {
  kind: 'gradient',
  from: '#34385f',
  to: '#8d84aa',
  angleDeg: 60,
};

export const DEFAULT_CAPTIONS: CaptionStyle = {
  enabled: true,
  position: 'bottom',
  sizeFraction: 0.045,
  color: '#ffffff',
  highlight: '#ffd166',
  plate: true,
};

export const DEFAULT_BRAND: Brand = { logo: null, accent: '#4f6bed' };

export function newPresenter(over: Partial<Omit<IllustratedPresenter, 'kind'>> = {}): IllustratedPresenter {
  return {
    kind: 'illustrated',
    id: newId(),
    name: 'Nora',
    likeness: SYNTHETIC,
    preset: DEFAULT_PRESET,
    parameters: {},
    ...over,
  };
}

export function newVoice(over: Partial<Voice> = {}): Voice {
  return {
    id: newId(),
    name: 'SLT',
    engine: DEFAULT_ENGINE,
    engineVoice: DEFAULT_ENGINE_VOICE,
    language: 'en-US',
    speed: 1,
    pitchSt: 0,
    likeness: SYNTHETIC,
    ...over,
  };
}

/** A paragraph from plain text or from inlines. An empty one has no inlines at all. */
export function newParagraph(
  content: string | readonly Inline[] = '',
  emotion: EmotionName = 'neutral',
): Paragraph {
  const inlines = typeof content === 'string' ? (content === '' ? [] : [textInline(content)]) : content;
  return { id: newId(), content: inlines, emotion };
}

function textInline(text: string): Inline {
  return { kind: 'text', text };
}

export function newPlacement(presenter: PresenterPlacement['presenter']): PresenterPlacement {
  return { presenter, framing: 'medium', centerX: 0.5, scale: 1, cutOut: false };
}

/** The whole of a sound, nothing known yet of whose voice it is. */
export function newRecording(entry: MediaEntry, over: Partial<Omit<Recording, 'asset'>> = {}): Recording {
  return {
    asset: entry.hash,
    startS: 0,
    endS: Math.min(entry.durationS ?? 0, RANGES.recordingS.max),
    language: 'en',
    likeness: UNCONSENTED,
    ...over,
  };
}

export interface NewScene {
  readonly voice: Scene['voice'];
  /** Who stands in it; none is allowed (a voice over a picture). */
  readonly presenter?: PresenterPlacement['presenter'];
  readonly paragraphs?: readonly Paragraph[];
  readonly background?: Background;
}

export function newScene(parts: NewScene): Scene {
  const paragraphs = parts.paragraphs ?? [];
  return {
    id: newId(),
    script: { paragraphs: paragraphs.length === 0 ? [newParagraph()] : paragraphs },
    voice: parts.voice,
    recording: null,
    presenters: parts.presenter === undefined ? [] : [newPlacement(parts.presenter)],
    background: parts.background ?? DEFAULT_BACKGROUND,
    layers: [],
    transition: { kind: 'cut' },
  };
}

export interface NewProject {
  readonly name?: string;
  /** One list of paragraphs a scene. */
  readonly scenes?: readonly (readonly (string | Paragraph)[])[];
  readonly presenter?: Partial<Omit<IllustratedPresenter, 'kind'>>;
  readonly voice?: Partial<Voice>;
  readonly background?: Background;
  readonly format?: VideoFormat;
  /** ISO 8601; for documents that must come out the same each time. */
  readonly now?: string;
}

/** A project that is ready to speak: one presenter, one voice, at least one scene. */
export function newProject(parts: NewProject = {}): Project {
  const presenter = newPresenter(parts.presenter);
  const voice = newVoice(parts.voice);
  const now = parts.now ?? new Date().toISOString();
  const scripts = parts.scenes === undefined || parts.scenes.length === 0 ? [[]] : parts.scenes;
  return {
    schema: PROJECT_SCHEMA_VERSION,
    id: newId(),
    name: parts.name ?? 'Untitled',
    createdAt: now,
    updatedAt: now,
    format: parts.format ?? DEFAULT_FORMAT,
    presenters: [presenter],
    voices: [voice],
    scenes: scripts.map((paragraphs) =>
      newScene({
        voice: voice.id,
        presenter: presenter.id,
        paragraphs: paragraphs.map((p) => (typeof p === 'string' ? newParagraph(p) : p)),
        ...(parts.background === undefined ? {} : { background: parts.background }),
      }),
    ),
    captions: DEFAULT_CAPTIONS,
    brand: DEFAULT_BRAND,
    media: [],
  };
}

/** A background that shows a picture or film, whole and covering the frame. */
export function mediaBackground(entry: MediaEntry): Background {
  return entry.kind === 'image'
    ? { kind: 'image', asset: entry.hash, fit: 'cover', crop: FULL_CROP }
    : { kind: 'video', asset: entry.hash, fit: 'cover', crop: FULL_CROP, startS: 0 };
}
