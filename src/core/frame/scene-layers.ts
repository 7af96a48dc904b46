/**
 * A scene's own layers, in order: background, presenters, image and text layers, the brand's logo. All but moving
 * pictures and presenters are worked out once.
 */
import { AppError } from '../base/errors.ts';
import type { AssetHash } from '../base/ids.ts';
import { frameToSeconds } from '../base/time.ts';
import type {
  Background,
  Crop,
  Fit,
  ImageLayer,
  MediaEntry,
  Project,
  Scene,
  TextLayer,
  VideoFormat,
} from '../document/project.ts';
import { FULL_CROP } from '../document/project.ts';
import { IDENTITY, type Affine, type DrawLayer, type Paint, type Rect } from '../draw/draw-list.ts';
import { parseHex } from './color.ts';
import { fontSizePx } from './frame-size.ts';
import type { PlanTools, PreparedPresenter } from './frame-plan.ts';
import { linePath, runWidthEm, wrapBalanced } from './text-layout.ts';
import type { ShapedRun } from './text.ts';

/** What a scene shows besides its presenters. */
export interface SceneLook {
  /** The background on frame `i` of the scene. */
  background(i: number): readonly DrawLayer[];
  readonly above: readonly DrawLayer[];
  /** Every media file it needs. */
  readonly media: readonly MediaEntry[];
}

/** @throws AppError invalid-input when it names media that the project does not list */
export function sceneLook(scene: Scene, project: Project, tools: PlanTools): SceneLook {
  const media = new Map<AssetHash, MediaEntry>();
  const find = (hash: AssetHash): MediaEntry => {
    const entry = project.media.find((candidate) => candidate.hash === hash);
    if (entry === undefined)
      throw new AppError('invalid-input', 'This project shows a picture that is not among its media.', {
        way: 'Choose the picture again, or remove it from the scene.',
      });
    media.set(hash, entry);
    return entry;
  };
  const { format } = project;
  const background = backgroundLayers(scene.background, format, find);
  const above: DrawLayer[] = scene.layers.map((layer, index) =>
    layer.kind === 'image'
      ? imageLayer(layer, index, format, find(layer.asset))
      : textLayer(layer, index, format, tools),
  );
  const logo = project.brand.logo;
  if (logo !== null) above.push(logoLayer(logo, format, find(logo.asset)));
  return { background, above, media: [...media.values()] };
}

function frameRect(format: VideoFormat): Rect {
  return { x: 0, y: 0, width: format.widthPx, height: format.heightPx };
}

function backgroundLayers(
  background: Background,
  format: VideoFormat,
  find: (hash: AssetHash) => MediaEntry,
): (i: number) => readonly DrawLayer[] {
  const fill = (paint: Paint): DrawLayer => ({ kind: 'fill', name: 'background', opacity: 1, paint });
  switch (background.kind) {
    case 'color': {
      const layers = [fill({ kind: 'solid', color: parseHex(background.color) })];
      return () => layers;
    }
    case 'gradient': {
      const layers = [fill(gradientPaint(background, format))];
      return () => layers;
    }
    case 'image':
    case 'video': {
      const media = find(background.asset);
      const rects = fitRects(background.fit, background.crop, media, frameRect(format));
      // Bars beside a picture that does not fill the frame.
      const bars = background.fit === 'contain' ? [fill({ kind: 'solid', color: [0, 0, 0, 1] })] : [];
      const startS = background.kind === 'video' ? background.startS : 0;
      return (i) => {
        const timeS =
          background.kind === 'video'
            ? videoTime(startS, frameToSeconds(i, format.rate), media.durationS)
            : 0;
        const image = { asset: background.asset, kind: background.kind, timeS };
        const clip = frameRect(format);
        return [...bars, { kind: 'image', name: 'background', opacity: 1, image, ...rects, clip }];
      };
    }
    default:
      return background satisfies never;
  }
}

/** The time in the video `elapsedS` after it started at `startS`: at its end it starts over from there. */
export function videoTime(startS: number, elapsedS: number, durationS: number | null): number {
  if (durationS === null || durationS <= 0) return startS + elapsedS;
  const start = startS < durationS ? startS : 0;
  return start + (elapsedS % (durationS - start));
}

/** From corner to corner along the angle, as CSS lays its gradients. */
function gradientPaint(
  { from, to, angleDeg }: Extract<Background, { kind: 'gradient' }>,
  { widthPx, heightPx }: VideoFormat,
): Paint {
  const angle = (angleDeg * Math.PI) / 180;
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  const half = (Math.abs(widthPx * dx) + Math.abs(heightPx * dy)) / 2;
  const cx = widthPx / 2;
  const cy = heightPx / 2;
  return {
    kind: 'linear',
    from: [cx - dx * half, cy - dy * half],
    to: [cx + dx * half, cy + dy * half],
    stops: [
      { at: 0, color: parseHex(from) },
      { at: 1, color: parseHex(to) },
    ],
  };
}

/** Where a picture lands in `box`, and what of it is used. */
export function fitRects(
  fit: Fit,
  crop: Crop,
  media: Pick<MediaEntry, 'widthPx' | 'heightPx'>,
  box: Rect,
): { source: Rect; target: Rect } {
  const width = crop.width * media.widthPx;
  const height = crop.height * media.heightPx;
  const perX = box.width / width;
  const perY = box.height / height;
  if (fit === 'contain') {
    const scale = Math.min(perX, perY);
    const target = {
      x: box.x + (box.width - width * scale) / 2,
      y: box.y + (box.height - height * scale) / 2,
      width: width * scale,
      height: height * scale,
    };
    return { source: { ...crop }, target };
  }
  const scale = Math.max(perX, perY);
  const usedX = box.width / scale / media.widthPx;
  const usedY = box.height / scale / media.heightPx;
  const source = {
    x: crop.x + (crop.width - usedX) / 2,
    y: crop.y + (crop.height - usedY) / 2,
    width: usedX,
    height: usedY,
  };
  return { source, target: box };
}

function boxRect(box: TextLayer['box'], { widthPx, heightPx }: VideoFormat): Rect {
  return {
    x: box.x * widthPx,
    y: box.y * heightPx,
    width: box.width * widthPx,
    height: box.height * heightPx,
  };
}

function imageLayer(layer: ImageLayer, index: number, format: VideoFormat, media: MediaEntry): DrawLayer {
  const box = boxRect(layer.box, format);
  const image = { asset: layer.asset, kind: 'image', timeS: 0 } as const;
  const rects = fitRects(layer.fit, FULL_CROP, media, box);
  return { kind: 'image', name: `image-${index}`, opacity: 1, image, ...rects, clip: box };
}

function logoLayer(
  logo: NonNullable<Project['brand']['logo']>,
  format: VideoFormat,
  media: MediaEntry,
): DrawLayer {
  const width = logo.widthFraction * format.widthPx;
  const height = (width * media.heightPx) / media.widthPx;
  const margin = 0.05 * Math.min(format.widthPx, format.heightPx);
  const left = logo.corner === 'top-left' || logo.corner === 'bottom-left';
  const top = logo.corner === 'top-left' || logo.corner === 'top-right';
  const target = {
    x: left ? margin : format.widthPx - margin - width,
    y: top ? margin : format.heightPx - margin - height,
    width,
    height,
  };
  const image = { asset: logo.asset, kind: 'image', timeS: 0 } as const;
  return { kind: 'image', name: 'logo', opacity: 1, image, source: FULL_CROP, target, clip: target };
}

const CAP_EM = 0.727;

/** A text layer: wrapped into its box in even lines, and set smaller where it would not fit. */
function textLayer(layer: TextLayer, index: number, format: VideoFormat, tools: PlanTools): DrawLayer {
  const { shaper } = tools;
  const box = boxRect(layer.box, format);
  const display = layer.sizeFraction >= 0.055;
  // Large letters want to stand closer, and their lines too.
  const trackingEm = display ? (layer.weight === 'bold' ? -0.022 : -0.014) : 0;
  const lineEm = display ? 1.12 : 1.36;
  let sizePx = fontSizePx(layer.sizeFraction, format);
  const smallest = sizePx * 0.4;
  let runs: readonly ShapedRun[];
  for (; ; sizePx *= 0.94) {
    const lines = wrapBalanced(layer.text, layer.weight, box.width / sizePx, trackingEm, shaper);
    runs = lines.map((line) => shaper.shape(line, layer.weight));
    const widest = Math.max(...runs.map((run) => runWidthEm(run, trackingEm))) * sizePx;
    const fits = widest <= box.width + 0.5 && runs.length * lineEm * sizePx <= box.height + 0.5;
    if (fits || sizePx * 0.94 < smallest) break;
  }
  const setting = { sizePx, trackingEm };
  const color = parseHex(layer.color);
  const nodes = runs.map((run, line) => {
    const free = box.width - runWidthEm(run, trackingEm) * sizePx;
    const x = box.x + (layer.align === 'start' ? 0 : layer.align === 'center' ? free / 2 : free);
    const baseline = box.y + (line * lineEm + (lineEm + CAP_EM) / 2) * sizePx;
    return {
      kind: 'path',
      path: linePath(run, setting, x, baseline),
      fill: { kind: 'solid', color },
    } as const;
  });
  const reach = sizePx / 2; // letters may lean out of their advance, and last lines out of their box
  const height = Math.max(box.height, runs.length * lineEm * sizePx);
  return {
    kind: 'vector',
    name: `text-${index}`,
    opacity: 1,
    key: `text|${JSON.stringify({ ...layer, id: null })}|${format.widthPx}x${format.heightPx}|${shaper.version}`,
    transform: IDENTITY,
    nodes,
    bounds: { x: box.x - reach, y: box.y - reach, width: box.width + 2 * reach, height: height + 2 * reach },
  };
}

/**
 * Presenter space → frame. The box's height fills the frame's; where the frame is too narrow for the box's width (head
 * and shoulders), that decides instead. The box stands on the frame's lower edge, centred on the placement.
 */
export function presenterTransform(
  { presenter, placement, kind, data }: PreparedPresenter,
  { widthPx, heightPx }: VideoFormat,
): Affine {
  const box = kind.framing(presenter, placement.framing, data);
  const natural = Math.min(heightPx / box.height, widthPx / box.width);
  const scale = natural * placement.scale;
  const x = placement.centerX * widthPx - (box.x + box.width / 2) * scale;
  const y = heightPx - (box.y + box.height) * scale;
  return [scale, 0, 0, scale, x, y];
}

/** A presenter on shot-relative frame `i`; `key` for a frame that is held. */
export function presenterLayers(
  prepared: PreparedPresenter,
  index: number,
  i: number,
  format: VideoFormat,
  key: string | null,
): readonly DrawLayer[] {
  const transform = presenterTransform(prepared, format);
  return prepared.track.draw(i).map((part, k): DrawLayer => {
    const name = k === 0 ? `presenter-${index}` : `presenter-${index}-${k}`;
    switch (part.kind) {
      case 'vector':
        return {
          kind: 'vector',
          name,
          opacity: 1,
          key: key === null ? null : `${key}|${k}`,
          transform,
          nodes: part.nodes,
          bounds: frameRect(format),
        };
      case 'mesh':
        return { ...part, name, transform };
      default:
        return part satisfies never;
    }
  });
}
