/**
 * The saved document. Plain JSON; every length in it is in the unit its name says. Stored in IndexedDB, carried by
 * `.orator` files, sent to the server: always this shape, after migration and validation.
 */
import type { AssetHash, LayerId, PresenterId, ProjectId, SceneId, VoiceId } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';
import type { Likeness } from './likeness.ts';
import type { Script } from './script.ts';

export const PROJECT_SCHEMA_VERSION = 3;

/** `#rrggbb`. */
export type HexColor = string;

export interface VideoFormat {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rate: Rational;
}

/** An illustrated presenter: a preset character with its parameters. */
export interface IllustratedPresenter {
  readonly kind: 'illustrated';
  readonly id: PresenterId;
  readonly name: string;
  readonly likeness: Likeness;
  readonly preset: string;
  /** Overrides of the preset's parameters, by name; see presenter/illustrated. */
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** A picture of someone, brought to life. Its parts are media of the project. */
export interface PhotoPresenter {
  readonly kind: 'photo';
  readonly id: PresenterId;
  readonly name: string;
  readonly likeness: Likeness;
  /** What was found in the picture; see presenter/photo/fit.ts. */
  readonly fit: AssetHash;
  /** The picture, upright. */
  readonly picture: AssetHash;
  /** The person alone, on glass, of the fitted picture's size, and below them a strip with the parts of a mouth. */
  readonly person: AssetHash;
  /** What is behind the person, filled in, of the fitted picture's size. */
  readonly plate: AssetHash;
}

/** A twin fitted to footage of someone. Its parts are media of the project. */
export interface FootagePresenter {
  readonly kind: 'footage';
  readonly id: PresenterId;
  readonly name: string;
  readonly likeness: Likeness;
  /** See presenter/footage/fit.ts. */
  readonly fit: AssetHash;
  /** The working film: constant frame rate, H.264, the matte below the picture. */
  readonly film: AssetHash;
  /** The lower faces, a picture pack. */
  readonly mouths: AssetHash;
}
export type Presenter = IllustratedPresenter | PhotoPresenter | FootagePresenter;
/** Presenters that were made from a picture or film of someone. */
export type FittedPresenterKind = 'photo' | 'footage';

export interface Voice {
  readonly id: VoiceId;
  readonly name: string;
  /** The engine that speaks it, such as `flite`. */
  readonly engine: string;
  /** The engine's own voice name, such as `slt`. */
  readonly engineVoice: string;
  readonly language: string; // BCP 47
  /** 1 is the voice's own pace; 0.5 to 2. */
  readonly speed: number;
  /** Semitones above the voice's own pitch; −12 to 12. */
  readonly pitchSt: number;
  readonly likeness: Likeness;
}

/**
 * A sound that someone recorded, saying a scene's script (or anything at all, where the script is empty). It speaks
 * instead of the scene's voice, which stays chosen: taking the recording out brings the voice back.
 */
export interface Recording {
  /** A medium of kind `sound`. */
  readonly asset: AssetHash;
  /** The part that is used, seconds into the sound; silence at its ends is trimmed when it is prepared. */
  readonly startS: number;
  readonly endS: number;
  /** What is spoken in it, BCP 47. English and French are followed word by word. */
  readonly language: string;
  /** Whose voice it is. */
  readonly likeness: Likeness;
}

export type Background =
  | { readonly kind: 'color'; readonly color: HexColor }
  | {
      readonly kind: 'gradient';
      readonly from: HexColor;
      readonly to: HexColor;
      /** Direction of the gradient, degrees clockwise from "to the right". */
      readonly angleDeg: number;
    }
  | { readonly kind: 'image'; readonly asset: AssetHash; readonly fit: Fit; readonly crop: Crop }
  | {
      readonly kind: 'video';
      readonly asset: AssetHash;
      readonly fit: Fit;
      readonly crop: Crop;
      readonly startS: number;
    };

export type Fit = 'cover' | 'contain';
/** The part of the source that is used, as fractions of its width and height. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export const FULL_CROP: Crop = { x: 0, y: 0, width: 1, height: 1 };

export type Framing = 'close' | 'medium' | 'full';

export interface PresenterPlacement {
  readonly presenter: PresenterId;
  readonly framing: Framing;
  /** Horizontal centre as a fraction of the frame's width. */
  readonly centerX: number;
  /** Multiplies the framing's natural size. */
  readonly scale: number;
  /** A photo or twin without the background it came with. Drawn characters have none. */
  readonly cutOut: boolean;
}

export type Layer = TextLayer | ImageLayer;
/** A rectangle in fractions of the frame: x and width of its width, y and height of its height. */
export interface FractionRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface TextLayer {
  readonly kind: 'text';
  readonly id: LayerId;
  readonly text: string;
  readonly box: FractionRect;
  /** Cap height aside, the font size as a fraction of the frame's height. */
  readonly sizeFraction: number;
  readonly weight: 'regular' | 'bold';
  readonly align: 'start' | 'center' | 'end';
  readonly color: HexColor;
}
export interface ImageLayer {
  readonly kind: 'image';
  readonly id: LayerId;
  readonly asset: AssetHash;
  readonly box: FractionRect;
  readonly fit: Fit;
}

export type Transition =
  { readonly kind: 'cut' } | { readonly kind: 'cross-fade'; readonly durationS: number };

export interface Scene {
  readonly id: SceneId;
  readonly script: Script;
  readonly voice: VoiceId;
  /** Speaks instead of the voice; null where the voice does. */
  readonly recording: Recording | null;
  readonly presenters: readonly PresenterPlacement[];
  readonly background: Background;
  readonly layers: readonly Layer[];
  /** How this scene begins; the first scene's is ignored. */
  readonly transition: Transition;
}

export interface CaptionStyle {
  readonly enabled: boolean;
  readonly position: 'bottom' | 'top';
  readonly sizeFraction: number; // of the frame's height
  readonly color: HexColor;
  readonly highlight: HexColor;
  readonly plate: boolean;
}

export interface Brand {
  readonly logo: {
    readonly asset: AssetHash;
    readonly corner: Corner;
    readonly widthFraction: number;
  } | null;
  readonly accent: HexColor;
}
export type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

/** A media file the project uses; its bytes live in the asset store under `hash`. Sounds and data are 0 × 0 pixels. */
export interface MediaEntry {
  readonly hash: AssetHash;
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  readonly kind: 'image' | 'video' | 'sound' | 'data';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly durationS: number | null;
}

export interface Project {
  readonly schema: typeof PROJECT_SCHEMA_VERSION;
  readonly id: ProjectId;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly format: VideoFormat;
  readonly presenters: readonly Presenter[];
  readonly voices: readonly Voice[];
  readonly scenes: readonly Scene[];
  readonly captions: CaptionStyle;
  readonly brand: Brand;
  readonly media: readonly MediaEntry[];
}
