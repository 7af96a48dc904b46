/**
 * Vector art on any 2D canvas: browser, worker or Skia. A group that fades or blends is painted on clear glass and
 * laid down as one; where its marks cannot overlap, the glass is spared and each mark is painted as the group would be.
 * A plain group (opacity 1, normal) is no layer: blends inside it see what lies beneath.
 *
 * Clips have soft edges everywhere. Where the host's own clip is hard (Chromium's OffscreenCanvas on the CPU), what is
 * clipped is painted on glass and the glass is cut.
 */
import {
  emptyBox,
  intersectBoxes,
  invert,
  isEmptyBox,
  multiply,
  pathBox,
  transformPath,
  type Box,
} from '../draw/affine.ts';
import { rectPath } from '../draw/path.ts';
import type { Affine, Blend, Path, Stroke, VectorNode } from '../draw/draw-list.ts';
import { addNodeBox, escapes, marksApart, type GroupNode } from './extent.ts';
import type { Layer, LayerPool } from './layer-pool.ts';
import type { Canvas2D } from './ports.ts';
import { BLEND_OPERATION, MITER_LIMIT, paintStyle, tracePath } from './style.ts';

type PathNode = Extract<VectorNode, { kind: 'path' }>;

/** Where a painting stands: node units → pixels of the canvas, and how much of the canvas there is. */
export interface VectorView {
  readonly transform: Affine;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Paints `nodes` over what is on the canvas. Leaves the context's transform, alpha, blend and styles undefined, its
 * clip as it was.
 */
export function paintVector(
  ctx: Canvas2D,
  nodes: readonly VectorNode[],
  view: VectorView,
  layers: LayerPool,
): void {
  const painter: Painter = {
    ctx,
    layers,
    window: { left: 0, top: 0, right: view.widthPx, bottom: view.heightPx },
  };
  for (const node of nodes) paintNode(painter, node, view.transform, 1, 'normal');
}

interface Painter {
  readonly ctx: Canvas2D;
  readonly layers: LayerPool;
  /** The pixels that exist. */
  readonly window: Box;
}

/** `alpha` and `blend` come from a group whose glass was spared; they reach single marks only. */
function paintNode(painter: Painter, node: VectorNode, m: Affine, alpha: number, blend: Blend): void {
  if (node.kind === 'path') paintPath(painter, node, m, alpha, blend);
  else paintGroup(painter, node, m, alpha, blend);
}

function paintGroup(painter: Painter, node: GroupNode, m: Affine, alpha: number, blend: Blend): void {
  const opacity = alpha * Math.min(1, Math.max(0, node.opacity ?? 1));
  if (opacity <= 0 || node.children.length === 0) return;
  const own = node.transform === undefined ? m : multiply(m, node.transform);
  // A blend handed down belongs to a group around this one, which is normal then: see `marksApart`.
  const mode = blend === 'normal' ? (node.blend ?? 'normal') : blend;
  if (node.clip !== undefined && !painter.layers.smoothClips) {
    paintCut(painter, node.children, own, [{ path: node.clip, m: own }], opacity, mode);
    return;
  }
  if (node.clip !== undefined) {
    painter.ctx.save();
    painter.ctx.setTransform(...own);
    tracePath(painter.ctx, node.clip);
    painter.ctx.clip();
  }
  if ((opacity >= 1 && mode === 'normal') || marksApart(node, own))
    for (const child of node.children) paintNode(painter, child, own, opacity, mode);
  else {
    const cuts = node.clip === undefined ? [] : [{ path: node.clip, m: own }];
    paintOnGlass(painter, node.children, own, cuts, false, opacity, mode);
  }
  if (node.clip !== undefined) painter.ctx.restore();
}

/** An outline that bounds what is seen, in pixels of the painter's canvas. */
interface Cut {
  readonly path: Path;
  readonly m: Affine;
}

/**
 * What a clipped group paints, on glass that is then cut along its clip. Children that blend with what lies beneath
 * get glass of their own, so that they still meet it.
 */
function paintCut(
  painter: Painter,
  nodes: readonly VectorNode[],
  own: Affine,
  cuts: readonly Cut[],
  opacity: number,
  mode: Blend,
): void {
  if (opacity < 1 || mode !== 'normal') {
    paintOnGlass(painter, nodes, own, cuts, true, opacity, mode);
    return;
  }
  let together: VectorNode[] = [];
  const lay = () => {
    if (together.length > 0) paintOnGlass(painter, together, own, cuts, true, 1, 'normal');
    together = [];
  };
  for (const node of nodes) {
    if (node.kind === 'path' || !escapes(node)) {
      together.push(node);
      continue;
    }
    lay();
    const inner = node.transform === undefined ? own : multiply(own, node.transform);
    const innerCuts = node.clip === undefined ? cuts : [...cuts, { path: node.clip, m: inner }];
    paintCut(painter, node.children, inner, innerCuts, node.opacity ?? 1, node.blend ?? 'normal');
  }
  lay();
}

/** Paints nodes on glass as large as they and the cuts let be seen, cuts it where asked, and lays it down. */
function paintOnGlass(
  painter: Painter,
  nodes: readonly VectorNode[],
  own: Affine,
  cuts: readonly Cut[],
  cutting: boolean,
  opacity: number,
  mode: Blend,
): void {
  if (opacity <= 0) return;
  const box = emptyBox();
  for (const node of nodes) addNodeBox(box, node, own);
  let seen = intersectBoxes(box, painter.window);
  for (const { path, m } of cuts) seen = intersectBoxes(seen, pathBox(path, m));
  if (isEmptyBox(seen)) return;
  withGlass(painter, seen, opacity, mode, (layer, x, y, width, height) => {
    const inner: Painter = {
      ctx: layer.ctx,
      layers: painter.layers,
      window: { left: 0, top: 0, right: width, bottom: height },
    };
    for (const node of nodes) paintNode(inner, node, shifted(own, x, y), 1, 'normal');
    if (!cutting) return;
    for (const { path, m } of cuts) cutGlass(layer.ctx, path, shifted(m, x, y), width, height);
  });
}

function shifted(m: Affine, x: number, y: number): Affine {
  return [m[0], m[1], m[2], m[3], m[4] - x, m[5] - y];
}

/** Keeps what is inside the outline. The rectangle, on whole pixels, spares the rest of a larger canvas. */
function cutGlass(ctx: Canvas2D, path: Path, m: Affine, width: number, height: number): void {
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.beginPath();
  ctx.rect(0, 0, width, height);
  ctx.clip();
  ctx.setTransform(...m);
  tracePath(ctx, path);
  ctx.globalAlpha = 1;
  ctx.globalCompositeOperation = 'destination-in';
  ctx.fillStyle = '#000';
  ctx.fill();
  ctx.restore();
}

/** Lets `paint` work on clear glass over the whole pixels around `seen`, then lays the glass down. */
function withGlass(
  painter: Painter,
  seen: Box,
  opacity: number,
  mode: Blend,
  paint: (layer: Layer, x: number, y: number, width: number, height: number) => void,
): void {
  const x = Math.floor(seen.left);
  const y = Math.floor(seen.top);
  const width = Math.ceil(seen.right) - x;
  const height = Math.ceil(seen.bottom) - y;
  const layer = painter.layers.acquire(width, height);
  try {
    paint(layer, x, y, width, height);
    const { ctx } = painter;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = opacity;
    ctx.globalCompositeOperation = BLEND_OPERATION[mode];
    ctx.drawImage(layer.canvas as never, 0, 0, width, height, x, y, width, height);
  } finally {
    painter.layers.release(layer);
  }
}

function paintPath(painter: Painter, node: PathNode, m: Affine, alpha: number, blend: Blend): void {
  const { ctx } = painter;
  ctx.setTransform(...m);
  ctx.globalAlpha = alpha;
  ctx.globalCompositeOperation = BLEND_OPERATION[blend];
  tracePath(ctx, node.path);
  if (node.fill !== undefined) {
    const style = paintStyle(ctx, node.fill);
    if (style !== null) {
      ctx.fillStyle = style;
      // The path is already in pixels: moving the plane now moves the paint alone.
      if (node.fill.kind === 'radial' && node.fill.transform) ctx.transform(...node.fill.transform);
      ctx.fill(node.evenOdd === true ? 'evenodd' : 'nonzero');
    }
  }
  if (node.stroke !== undefined && node.stroke.width > 0)
    strokePath(painter, node.path, node.stroke, m, alpha, blend);
}

function strokePath(
  painter: Painter,
  path: Path,
  stroke: Stroke,
  m: Affine,
  alpha: number,
  blend: Blend,
): void {
  const { ctx } = painter;
  if (stroke.paint.kind === 'radial' && stroke.paint.transform !== undefined) {
    strokeThroughPaint(painter, path, stroke, m, alpha, blend);
    return;
  }
  const style = paintStyle(ctx, stroke.paint);
  if (style === null) return;
  ctx.setTransform(...m);
  penOf(ctx, stroke);
  ctx.strokeStyle = style;
  ctx.stroke();
}

/** A transformed paint would bend the pen too, so the stroke becomes a stencil that the paint fills. */
function strokeThroughPaint(
  painter: Painter,
  path: Path,
  stroke: Stroke,
  m: Affine,
  alpha: number,
  blend: Blend,
): void {
  const paint = stroke.paint;
  if (paint.kind !== 'radial' || paint.transform === undefined) return;
  const box = emptyBox();
  addNodeBox(box, { kind: 'path', path, stroke }, m);
  const seen = intersectBoxes(box, painter.window);
  if (isEmptyBox(seen)) return;
  const turn = paint.transform;
  const back = invert(multiply(m, turn));
  if (back === null) return;
  withGlass(painter, seen, alpha, blend, ({ ctx }, x, y, width, height) => {
    const here = shifted(m, x, y);
    ctx.setTransform(...here);
    tracePath(ctx, path);
    penOf(ctx, stroke);
    ctx.strokeStyle = 'rgb(255,255,255)';
    ctx.stroke();
    // The glass itself is filled, whatever plane the paint lies in: its corners are brought there.
    ctx.setTransform(...multiply(here, turn));
    tracePath(ctx, transformPath(rectPath(x, y, width, height), back));
    ctx.globalCompositeOperation = 'source-in';
    ctx.fillStyle = paintStyle(ctx, paint) ?? 'rgba(0,0,0,0)';
    ctx.fill();
  });
}

function penOf(ctx: Canvas2D, stroke: Stroke): void {
  ctx.lineWidth = stroke.width;
  ctx.lineCap = stroke.cap;
  ctx.lineJoin = stroke.join;
  ctx.miterLimit = MITER_LIMIT;
}
