/**
 * The pictures in the examples, drawn by code so that they are ours and can be made again: a valley at dawn, and the
 * logo of the made-up Fernway.
 */
import { createCanvas, GlobalFonts, type SKRSContext2D } from '../../render/adapters/skia.ts';
import { join } from 'node:path';
import { seededRandom, sha256Hex } from '#core/base/hashing.ts';
import type { MediaEntry } from '#core/document/project.ts';
import { ROOT } from '../place.js';
import type { Picture } from './parts.ts';

const WIDTH = 1920;
const HEIGHT = 1080;

/** Ridges from far to near: height of the crest, how rough it is, and its colours at crest and foot. */
const RIDGES = [
  { crest: 0.47, swing: 0.06, waves: 2.3, top: '#c98a86', foot: '#d9a48f' },
  { crest: 0.56, swing: 0.07, waves: 1.7, top: '#94637c', foot: '#b98087' },
  { crest: 0.66, swing: 0.06, waves: 2.9, top: '#5d4a70', foot: '#8a6480' },
  { crest: 0.77, swing: 0.05, waves: 2.1, top: '#363a5c', foot: '#55507a' },
  { crest: 0.9, swing: 0.045, waves: 1.5, top: '#1d2744', foot: '#161d36' },
] as const;

export async function dawnPicture(): Promise<Picture> {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const ctx = canvas.getContext('2d');
  sky(ctx);
  const random = seededRandom(24);
  for (const ridge of RIDGES) drawRidge(ctx, ridge, random);
  const bytes = await canvas.encode('jpeg', 84);
  return picture('dawn.jpg', 'image/jpeg', bytes, WIDTH, HEIGHT);
}

function sky(ctx: SKRSContext2D): void {
  const air = ctx.createLinearGradient(0, 0, 0, HEIGHT * 0.62);
  air.addColorStop(0, '#33416f');
  air.addColorStop(0.45, '#8b6f93');
  air.addColorStop(0.8, '#e3a489');
  air.addColorStop(1, '#f6cf9f');
  ctx.fillStyle = air;
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  // The sun, low on the left where no presenter stands, and its haze.
  const [x, y] = [WIDTH * 0.3, HEIGHT * 0.43];
  const haze = ctx.createRadialGradient(x, y, 0, x, y, 620);
  haze.addColorStop(0, 'rgba(255, 226, 178, 0.85)');
  haze.addColorStop(0.12, 'rgba(255, 214, 160, 0.45)');
  haze.addColorStop(1, 'rgba(255, 200, 150, 0)');
  ctx.fillStyle = haze;
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  ctx.fillStyle = '#fff0cf';
  ctx.beginPath();
  ctx.arc(x, y, 46, 0, 2 * Math.PI);
  ctx.fill();
}

function drawRidge(ctx: SKRSContext2D, ridge: (typeof RIDGES)[number], random: () => number): void {
  // A few octaves of sine with random phases: smooth hills, never the same twice along the picture.
  const octaves = [1, 2.1, 4.3, 9.2].map((scale, i) => ({
    frequency: ridge.waves * scale,
    size: 0.5 ** i,
    phase: random() * 2 * Math.PI,
  }));
  const crestAt = (x: number) =>
    HEIGHT *
    (ridge.crest +
      ridge.swing *
        octaves.reduce(
          (sum, o) => sum + o.size * Math.sin((x / WIDTH) * o.frequency * Math.PI + o.phase),
          0,
        ) *
        0.6);
  ctx.beginPath();
  ctx.moveTo(0, HEIGHT);
  for (let x = 0; x <= WIDTH; x += 4) ctx.lineTo(x, crestAt(x));
  ctx.lineTo(WIDTH, HEIGHT);
  ctx.closePath();
  const shade = ctx.createLinearGradient(
    0,
    HEIGHT * (ridge.crest - ridge.swing),
    0,
    HEIGHT * (ridge.crest + 0.22),
  );
  shade.addColorStop(0, ridge.top);
  shade.addColorStop(1, ridge.foot);
  ctx.fillStyle = shade;
  ctx.fill();
}

export async function fernwayLogo(): Promise<Picture> {
  GlobalFonts.registerFromPath(join(ROOT, 'static', 'fonts', 'inter-semibold.ttf'), 'Inter Semibold');
  const [width, height] = [640, 176];
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  frond(ctx, 88, 160, 134);
  ctx.fillStyle = '#fdf3dc';
  ctx.font = '92px "Inter Semibold"';
  ctx.textBaseline = 'middle';
  ctx.fillText('Fernway', 176, 92);
  return picture('fernway-logo.png', 'image/png', await canvas.encode('png'), width, height);
}

/** A fern frond that is also a road seen from above: leaves in pairs along a stem that leans. */
function frond(ctx: SKRSContext2D, footX: number, footY: number, length: number): void {
  ctx.save();
  ctx.translate(footX, footY);
  ctx.rotate(0.16);
  ctx.strokeStyle = '#8fd3a8';
  ctx.lineCap = 'round';
  ctx.lineWidth = 9;
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.lineTo(0, -length);
  ctx.stroke();
  for (let pair = 0; pair < 5; pair++) {
    const at = -length * (0.16 + pair * 0.18);
    const reach = length * (0.46 - pair * 0.075);
    for (const side of [-1, 1]) {
      ctx.fillStyle = side < 0 ? '#8fd3a8' : '#c9ecc9';
      ctx.beginPath();
      ctx.moveTo(0, at);
      ctx.quadraticCurveTo(side * reach * 0.45, at - reach * 0.75, side * reach, at - reach * 0.55);
      ctx.quadraticCurveTo(side * reach * 0.75, at - reach * 0.05, 0, at);
      ctx.fill();
    }
  }
  ctx.restore();
}

async function picture(
  name: string,
  mime: string,
  encoded: Uint8Array,
  widthPx: number,
  heightPx: number,
): Promise<Picture> {
  const bytes = new Uint8Array(encoded);
  const entry: MediaEntry = {
    hash: await sha256Hex(bytes),
    name,
    mime,
    bytes: bytes.length,
    kind: 'image',
    widthPx,
    heightPx,
    durationS: null,
  };
  return { entry, bytes };
}
