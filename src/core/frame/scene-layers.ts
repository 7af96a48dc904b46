/**
 * A scene's own layers beside its presenters: background, image and text layers, the brand's logo. All but moving
 * pictures are worked out once.
 */
import { AppError } from '../base/errors.ts';
import type { AssetHash } from '../base/ids.ts';
import type { ImageLayer, MediaEntry, Project, Scene, TextLayer, VideoFormat } from '../document/project.ts';
import { FULL_CROP } from '../document/project.ts';
import { IDENTITY, type DrawLayer, type Rect } from '../draw/draw-list.ts';
import { backgroundLayers, fitRects } from './background.ts';
import { parseHex } from './color.ts';
import { fontSizePx } from './frame-size.ts';
import type { PlanTools } from './frame-plan.ts';
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
