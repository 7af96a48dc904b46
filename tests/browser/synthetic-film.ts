/**
 * A film whose every frame says which it is: colour patches along the top, and along the bottom the frame's own number
 * as black and white bars. Its sound is a tone with a click at the start of each shot. No presenter, no speech engine:
 * what is tested is drawing, encoding and assembling alone.
 */
import type { CacheKey, ParagraphId, ProjectId, SceneId } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import type { Rational } from '#core/base/time.ts';
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import { newProject } from '#core/document/create.ts';
import type { DrawList, Rgba } from '#core/draw/draw-list.ts';
import type { FramePlan } from '#core/frame/frame-plan.ts';
import type { Film, FilmShot } from '#core/pipeline/prepare.ts';
import { issuePermit } from '#core/policy/permit.ts';

export const PATCHES: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [128, 128, 128],
  [214, 164, 131],
  [30, 60, 120],
];
export const BITS = 10;
export const SPEECH_RATE_HZ = 16_000;

export interface SyntheticOptions {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly rate?: Rational;
  /** Frames of each shot. */
  readonly shots: readonly number[];
  /** Changes this shot's pictures, as an edit would. */
  readonly edited?: number;
}

export function syntheticFilm(options: SyntheticOptions): Film {
  const { widthPx = 320, heightPx = 180, rate = RATE_25, shots: counts } = options;
  const project = {
    ...newProject(),
    format: { widthPx, heightPx, rate },
    id: 'synthetic' as ProjectId,
    name: 'Bars',
  };
  let startFrame = 0;
  const spans = counts.map((frameCount, i) => {
    const edit = options.edited === i ? '-edited' : '';
    const span = {
      scene: 'scene' as SceneId,
      paragraph: `paragraph-${i}` as ParagraphId,
      startFrame,
      frameCount,
      pictureKey: `${i}-of-${counts.join('-')}${edit}-${widthPx}`.padEnd(64, '0') as CacheKey,
    };
    startFrame += frameCount;
    return span;
  });
  const plan: FramePlan = {
    widthPx,
    heightPx,
    rate,
    frameCount: startFrame,
    shots: spans,
    at: (index) => picture(index, widthPx, heightPx),
  };
  const film = spans.map(({ frameCount }) => {
    const speech = tone(frameCount, rate);
    return { frameCount, speech, pcm: () => Promise.resolve(speech.pcm), loudness: [] };
  });
  return {
    project,
    permit: issuePermit(project, 'draft', 'offline', []),
    plan,
    // Only speech and length are read when a film is exported.
    shots: film as unknown as readonly FilmShot[],
    recordings: [],
    gain: 0.5,
  };
}

/** Half-scale 440 Hz, with a click of two milliseconds at its start. */
function tone(frameCount: number, rate: Rational) {
  const durationS = (frameCount * rate.den) / rate.num;
  const pcm = Float32Array.from({ length: Math.round(durationS * SPEECH_RATE_HZ) }, (_, i) =>
    i < 32 ? 0.9 : 0.1 * Math.sin((2 * Math.PI * 440 * i) / SPEECH_RATE_HZ),
  );
  return { pcm, sampleRateHz: SPEECH_RATE_HZ, durationS, words: [], phones: [], gestures: [], heard: null };
}

function picture(index: number, widthPx: number, heightPx: number): DrawList {
  const cell = widthPx / PATCHES.length;
  const bar = widthPx / BITS;
  const rects = PATCHES.map(([r, g, b], i) =>
    rect(i * cell, 0, cell, heightPx / 2, [r / 255, g / 255, b / 255, 1]),
  );
  for (let bit = 0; bit < BITS; bit++) {
    const level = (index >> bit) & 1;
    rects.push(rect(bit * bar, heightPx / 2, bar, heightPx / 2, [level, level, level, 1]));
  }
  const bounds = { x: 0, y: 0, width: widthPx, height: heightPx };
  return {
    widthPx,
    heightPx,
    layers: [
      {
        kind: 'vector',
        name: 'bars',
        opacity: 1,
        key: null,
        transform: [1, 0, 0, 1, 0, 0],
        nodes: rects,
        bounds,
      },
    ],
  };
}

function rect(x: number, y: number, w: number, h: number, color: Rgba) {
  return {
    kind: 'path',
    path: { verbs: [0, 1, 1, 1, 4], coords: [x, y, x + w, y, x + w, y + h, x, y + h] },
    fill: { kind: 'solid', color },
  } as const;
}

export const NO_IMAGES: ImageProvider = {
  load: () => Promise.resolve(),
  get: () => null,
  close: () => undefined,
};

export function canvasCompositor(widthPx = 320, heightPx = 180): Compositor {
  return createCanvas2DCompositor({
    canvases: { create: (width, height) => new OffscreenCanvas(width, height) },
    widthPx,
    heightPx,
  });
}

/** The number a decoded frame carries in its bars. */
export function numberIn(pixels: Uint8ClampedArray, widthPx: number, heightPx: number): number {
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const x = Math.round((bit + 0.5) * (widthPx / BITS));
    if ((pixels[(Math.round(heightPx * 0.75) * widthPx + x) * 4] as number) > 127) number |= 1 << bit;
  }
  return number;
}
