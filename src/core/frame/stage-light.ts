/**
 * The light a scene's background seems to give where a presenter stands: its colour about them, and from which side more
 * of it comes. Colours and gradients are known; of pictures and films a look is taken before the plan is made.
 */
import { frameToSeconds } from '../base/time.ts';
import type { Background, MediaEntry, VideoFormat } from '../document/project.ts';
import type { LightColor } from '../presenter/kind.ts';
import { fitRects, frameRect, gradientPaint, videoTime } from './background.ts';
import { parseHex } from './color.ts';
import { colorAt, type PictureLook } from './picture-look.ts';

export interface StageLight {
  readonly color: LightColor;
  /** −1 all of it comes from the picture's left … 1 all from its right. */
  readonly fromRight: number;
}

/** Where someone stands, fractions of the frame's width. */
export interface Place {
  readonly centerX: number;
  readonly halfWidth: number;
}

/** Rows that light is taken from, of the frame's height: what is at the feet lights nobody's face. */
const ROWS = [0.06, 0.18, 0.3, 0.42, 0.54, 0.66] as const;
/** A background's colour is taken from about a person, this far out in half widths of theirs; its sides from further. */
const ABOUT = 1.8;
const [NEAR_SIDE, FAR_SIDE] = [0.04, 0.5];
const STEPS = 9;
/** Light follows a film's cuts within about so long, so that nobody flashes. */
const EASE_S = 0.6;
const EASE_STEPS = 5;
const FLOOR = 0.08;

/**
 * @param seen of the background's picture, where it is one
 * @returns the light on frame `i` of the scene, or null where nothing is known of it
 */
export function stageLight(
  background: Background,
  format: VideoFormat,
  place: Place,
  seen: { readonly look: PictureLook; readonly media: MediaEntry } | null,
): ((i: number) => StageLight) | null {
  const always = (light: StageLight) => () => light;
  switch (background.kind) {
    case 'color': {
      const [r, g, b] = parseHex(background.color);
      return always({ color: [r, g, b], fromRight: 0 });
    }
    case 'gradient': {
      const { from, to, stops } = gradientPaint(background, format);
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
      const [first, last] = [stops[0]!.color, stops[1]!.color];
      const { widthPx, heightPx } = format;
      return always(
        lightOf(place, (x, y) => {
          const along =
            ((x * widthPx - from[0]) * dx + (y * heightPx - from[1]) * dy) / Math.max(1, dx * dx + dy * dy);
          const part = Math.min(1, Math.max(0, along));
          const mix = (k: 0 | 1 | 2) => first[k] + part * (last[k] - first[k]);
          return [mix(0), mix(1), mix(2)];
        }),
      );
    }
    case 'image':
    case 'video': {
      if (seen === null) return null;
      const { look, media } = seen;
      const { source, target } = fitRects(background.fit, background.crop, media, frameRect(format));
      const at = (timesS: readonly number[]) =>
        lightOf(place, (x, y) => {
          const [u, v] = [
            (x * format.widthPx - target.x) / target.width,
            (y * format.heightPx - target.y) / target.height,
          ];
          const sum: [number, number, number] = [0, 0, 0];
          // Bars beside a picture are black.
          if (u < 0 || u > 1 || v < 0 || v > 1) return sum;
          for (const timeS of timesS) {
            const color = colorAt(look, timeS, source.x + u * source.width, source.y + v * source.height);
            for (let k = 0; k < 3; k++) sum[k]! += color[k]! / timesS.length;
          }
          return sum;
        });
      if (background.kind === 'image') return always(at([0]));
      return (i) => {
        const nowS = frameToSeconds(i, format.rate);
        const times = Array.from({ length: EASE_STEPS }, (_, k) => {
          const elapsedS = Math.max(0, nowS + EASE_S * ((2 * k) / (EASE_STEPS - 1) - 1));
          return videoTime(background.startS, elapsedS, media.durationS);
        });
        return at(times);
      };
    }
    default:
      return background satisfies never;
  }
}

function lightOf({ centerX, halfWidth }: Place, at: (x: number, y: number) => LightColor): StageLight {
  const clamp = (x: number) => Math.min(1, Math.max(0, x));
  const mean = (from: number, to: number): LightColor => {
    const sum: [number, number, number] = [0, 0, 0];
    for (let k = 0; k < STEPS; k++)
      for (const y of ROWS) {
        const color = at(clamp(from + ((to - from) * (k + 0.5)) / STEPS), y);
        for (let c = 0; c < 3; c++) sum[c]! += color[c]! / (STEPS * ROWS.length);
      }
    return sum;
  };
  const color = mean(centerX - ABOUT * halfWidth, centerX + ABOUT * halfWidth);
  const left = lumaOf(mean(centerX - FAR_SIDE, centerX - NEAR_SIDE));
  const right = lumaOf(mean(centerX + NEAR_SIDE, centerX + FAR_SIDE));
  return { color, fromRight: (right - left) / (right + left + FLOOR) };
}

export function lumaOf([r, g, b]: LightColor): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
