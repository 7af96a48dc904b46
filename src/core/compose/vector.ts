/**
 * Vector art on any 2D canvas: browser, worker or Skia. A group that fades or blends is painted on clear glass and
 * laid down as one; where its marks cannot overlap, the glass is spared and each mark is painted as the group would be.
 * A plain group (opacity 1, normal) is no layer: blends inside it see what lies beneath.
 */
import {
  emptyBox,
  growBox,
  intersectBoxes,
  isEmptyBox,
  largestScale,
  multiply,
  pathBox,
  type Box,
} from '../draw/affine.ts';
import {
  VERB_CLOSE,
  VERB_CUBIC,
  VERB_LINE,
  VERB_MOVE,
  VERB_QUAD,
  type Affine,
  type Blend,
  type Paint,
  type Path,
  type Rgba,
  type Stroke,
  type VectorNode,
} from '../draw/draw-list.ts';
import type { Layer, LayerPool } from './layer-pool.ts';
import type { Canvas2D } from './ports.ts';

type GroupNode = Extract<VectorNode, { kind: 'group' }>;
type PathNode = Extract<VectorNode, { kind: 'path' }>;

/** The canvas operation of each blend. */
export const BLEND_OPERATION: Readonly<Record<Blend, string>> = {
  normal: 'source-over',
  multiply: 'multiply',
  screen: 'screen',
  'soft-light': 'soft-light',
};

/** As SVG has it; canvas would allow 10. */
const MITER_LIMIT = 4;

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
  if (node.clip !== undefined) {
    painter.ctx.save();
    painter.ctx.setTransform(...own);
    tracePath(painter.ctx, node.clip);
    painter.ctx.clip();
  }
  if ((opacity >= 1 && mode === 'normal') || marksApart(node, own))
    for (const child of node.children) paintNode(painter, child, own, opacity, mode);
  else paintOnGlass(painter, node, own, opacity, mode);
  if (node.clip !== undefined) painter.ctx.restore();
}

function paintOnGlass(painter: Painter, node: GroupNode, own: Affine, opacity: number, mode: Blend): void {
  const box = emptyBox();
  for (const child of node.children) addNodeBox(box, child, own);
  const seen = intersectBoxes(box, painter.window);
  if (node.clip !== undefined) Object.assign(seen, intersectBoxes(seen, pathBox(node.clip, own)));
  if (isEmptyBox(seen)) return;
  withGlass(painter, seen, opacity, mode, (layer, x, y, width, height) => {
    const shifted: Affine = [own[0], own[1], own[2], own[3], own[4] - x, own[5] - y];
    const inner: Painter = {
      ctx: layer.ctx,
      layers: painter.layers,
      window: { left: 0, top: 0, right: width, bottom: height },
    };
    for (const child of node.children) paintNode(inner, child, shifted, 1, 'normal');
  });
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
  withGlass(painter, seen, alpha, blend, ({ ctx }, x, y, width, height) => {
    const shifted: Affine = [m[0], m[1], m[2], m[3], m[4] - x, m[5] - y];
    ctx.setTransform(...shifted);
    tracePath(ctx, path);
    penOf(ctx, stroke);
    ctx.strokeStyle = 'rgb(255,255,255)';
    ctx.stroke();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    ctx.rect(0, 0, width, height);
    ctx.setTransform(...multiply(shifted, turn));
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

/** Makes `path` the context's current path, under its current transform. */
export function tracePath(ctx: Canvas2D, path: Path): void {
  const { verbs, coords } = path;
  const at = (i: number) => coords[i] as number;
  ctx.beginPath();
  let i = 0;
  for (const verb of verbs) {
    switch (verb) {
      case VERB_MOVE:
        ctx.moveTo(at(i), at(i + 1));
        i += 2;
        break;
      case VERB_LINE:
        ctx.lineTo(at(i), at(i + 1));
        i += 2;
        break;
      case VERB_QUAD:
        ctx.quadraticCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3));
        i += 4;
        break;
      case VERB_CUBIC:
        ctx.bezierCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5));
        i += 6;
        break;
      case VERB_CLOSE:
        ctx.closePath();
        break;
    }
  }
}

/** What to put in fillStyle, or null for a paint that paints nothing (a gradient without extent or stops). */
export function paintStyle(ctx: Canvas2D, paint: Paint): unknown {
  if (paint.kind === 'solid') return cssColor(paint.color);
  if (paint.stops.length === 0) return null;
  if (paint.kind === 'linear') {
    const [x0, y0] = paint.from;
    const [x1, y1] = paint.to;
    if (x0 === x1 && y0 === y1) return null;
    const gradient = ctx.createLinearGradient(x0, y0, x1, y1);
    for (const stop of paint.stops) gradient.addColorStop(clamp01(stop.at), cssColor(stop.color));
    return gradient;
  }
  if (!(paint.radius > 0)) return null;
  const [x, y] = paint.center;
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, paint.radius);
  for (const stop of paint.stops) gradient.addColorStop(clamp01(stop.at), cssColor(stop.color));
  return gradient;
}

function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

export function cssColor([r, g, b, a]: Rgba): string {
  const byte = (value: number) => Math.round(clamp01(value) * 255);
  return `rgba(${byte(r)},${byte(g)},${byte(b)},${Number(clamp01(a).toFixed(4))})`;
}

/** More marks than this are not worth comparing pair by pair. */
const MARKS_COMPARED = 12;

/**
 * True when the group's marks are few, plain and surely apart, so that fading or blending each is fading or blending
 * all. Marks need a pixel between them, for their soft edges.
 */
function marksApart(group: GroupNode, own: Affine): boolean {
  const boxes: Box[] = [];
  for (const child of group.children) if (!collectMarks(child, own, boxes)) return false;
  for (let i = 0; i < boxes.length; i++)
    for (let k = i + 1; k < boxes.length; k++) {
      const both = intersectBoxes(boxes[i] as Box, boxes[k] as Box);
      if (both.right > both.left - 1 && both.bottom > both.top - 1) return false;
    }
  return true;
}

function collectMarks(node: VectorNode, m: Affine, boxes: Box[]): boolean {
  if (boxes.length >= MARKS_COMPARED) return false;
  if (node.kind === 'path') {
    if (node.fill !== undefined && node.stroke !== undefined) return false;
    const box = emptyBox();
    addNodeBox(box, node, m);
    boxes.push(box);
    return true;
  }
  if ((node.blend ?? 'normal') !== 'normal') return false;
  const own = node.transform === undefined ? m : multiply(m, node.transform);
  return node.children.every((child) => collectMarks(child, own, boxes));
}

/** Grows `box` so that it surely holds all that `node` paints. */
export function addNodeBox(box: Box, node: VectorNode, m: Affine): void {
  if (node.kind === 'path') {
    const own = pathBox(node.path, m);
    if (own.left > own.right) return;
    let margin = 1; // soft edges
    if (node.stroke !== undefined) {
      const reach = node.stroke.join === 'miter' ? MITER_LIMIT : Math.SQRT2; // √2: corners of butt caps
      margin += (node.stroke.width / 2) * reach * largestScale(m);
    }
    growBox(box, own.left - margin, own.top - margin);
    growBox(box, own.right + margin, own.bottom + margin);
    return;
  }
  const own = node.transform === undefined ? m : multiply(m, node.transform);
  const inner = emptyBox();
  for (const child of node.children) addNodeBox(inner, child, own);
  const seen = node.clip === undefined ? inner : intersectBoxes(inner, pathBox(node.clip, own));
  if (isEmptyBox(seen)) return;
  growBox(box, seen.left, seen.top);
  growBox(box, seen.right, seen.bottom);
}
