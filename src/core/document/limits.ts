/**
 * How large a project may be and how far its numbers may go. Written once: the repair of a loaded document and the
 * reader of foreign files hold to these. Counts and lengths guard against files that are no projects, and stand far
 * beyond what a person writes or pastes: what was saved must open again.
 */

/** Inclusive. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export const PROJECT_LIMITS = {
  scenes: 500,
  paragraphsInScene: 20_000,
  inlinesInParagraph: 50_000,
  presenters: 50,
  presentersInScene: 8,
  parametersOfPresenter: 200,
  voices: 50,
  layersInScene: 50,
  media: 1000,
  /** Characters (UTF-16); more is told, not refused. A paragraph is spoken in one go; 10 000 are about ten minutes. */
  paragraphCharacters: 10_000,
  /** All scripts together; about ten hours of speech. More is told, not refused. */
  scriptCharacters: 600_000,
  nameCharacters: 200,
  layerCharacters: 100_000,
  shortTextCharacters: 10_000,
  /** The document as JSON text. */
  jsonCharacters: 16_000_000,
  /** How deeply its objects and lists may nest. The format itself needs eight. */
  jsonDepth: 24,
  jsonValues: 1_000_000,
} as const;

export const RANGES = {
  sizePx: { min: 64, max: 4096 },
  fps: { min: 1, max: 120 },
  speed: { min: 0.5, max: 2 },
  pitchSt: { min: -12, max: 12 },
  pauseS: { min: 0, max: 30 },
  centerX: { min: -1, max: 2 },
  placementScale: { min: 0.1, max: 5 },
  boxPosition: { min: -2, max: 2 },
  boxSize: { min: 0.001, max: 4 },
  textSizeFraction: { min: 0.005, max: 1 },
  captionSizeFraction: { min: 0.02, max: 0.15 },
  logoWidthFraction: { min: 0.02, max: 0.6 },
  transitionS: { min: 0.05, max: 3 },
  angleDeg: { min: -3600, max: 3600 },
  /** How much of a sound may speak one scene; its samples are held in memory. */
  recordingS: { min: 0.2, max: 1200 },
  videoStartS: { min: 0, max: 86_400 },
  fraction: { min: 0, max: 1 },
  /** The smallest part of a picture that a crop may keep. */
  cropSize: { min: 0.01, max: 1 },
} as const satisfies Record<string, NumberRange>;

export function clampTo(value: number, range: NumberRange): number {
  if (Number.isNaN(value)) return range.min;
  return Math.min(range.max, Math.max(range.min, value));
}
