/**
 * Clips of talkers → their mouths, unrolled frame by frame, for train.py: `node unroll.ts BUILD CLIPS`. CLIPS is a folder
 * with an index.json, a list of `{ file, talker }`. Needs ffmpeg. What it writes stays on this machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { squareOfFace, squareOfMesh } from '#core/track/places.ts';
import type { FaceTools, Picture, SeenFace, Square } from '#core/track/ports.ts';
import { UNROLLED, unrollMouth } from '#core/track/tools/inner-mouth.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';

const SURE = 0.5;
const LIPS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;
/** Brow to base of the nose, which speech does not move. */
const FACE = [9, 2] as const;

const [build, clips] = process.argv.slice(2);
if (!build || !clips) throw new Error('node unroll.ts BUILD CLIPS');
const index = JSON.parse(readFileSync(join(clips, 'index.json'), 'utf8')) as readonly {
  readonly file: string;
  readonly talker: string;
}[];
mkdirSync(build, { recursive: true });
const files = diskModelFiles();
const tools = await openFaceTools(ortNodeRuntime({ files, threads: 1 }), files);
for (const { file } of index) await unroll(tools, join(clips, file), join(build, parse(file).name));
writeFileSync(
  join(build, 'index.json'),
  JSON.stringify(index.map(({ file, talker }) => ({ name: parse(file).name, talker }))),
);
await tools.close();

/** Writes PATH.crops (frames × rows × columns × 3 bytes) and PATH.openings (frames, −1 where no face was seen). */
async function unroll(faces: FaceTools, clip: string, path: string): Promise<void> {
  const frames = framesOf(clip);
  const { rows, columns } = UNROLLED;
  const crops = new Uint8Array(frames.length * rows * columns * 3);
  const openings = new Float32Array(frames.length).fill(-1);
  let square: Square | null = null;
  for (const [i, picture] of frames.entries()) {
    square ??= await firstSquare(faces, picture);
    const [face] = square ? await faces.mesh(picture, [square]) : [];
    square = face && face.sure >= SURE ? squareOfMesh(face) : null;
    if (!face || !square) continue;
    const planes = unrollMouth(picture, face.points);
    const size = rows * columns;
    for (let k = 0; k < size; k++)
      for (let c = 0; c < 3; c++)
        crops[(i * size + k) * 3 + c] = Math.round(255 * (planes[c * size + k] as number));
    const gaps = LIPS.map(([upper, lower]) => apart(face, upper, lower));
    openings[i] = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / apart(face, ...FACE);
  }
  writeFileSync(`${path}.crops`, crops);
  writeFileSync(`${path}.openings`, Buffer.from(openings.buffer));
}

/** A found face is looked at twice: the finder's box is coarse. */
async function firstSquare(faces: FaceTools, picture: Picture): Promise<Square | null> {
  const [found] = await faces.detect(picture);
  const [face] = found ? await faces.mesh(picture, [squareOfFace(found)]) : [];
  return face ? squareOfMesh(face) : null;
}

function apart({ points }: SeenFace, a: number, b: number): number {
  const difference = (axis: number) => (points[3 * a + axis] as number) - (points[3 * b + axis] as number);
  return Math.hypot(difference(0), difference(1));
}

function framesOf(clip: string): readonly Picture[] {
  const probe = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
  ];
  const [widthPx = 0, heightPx = 0] = execFileSync('ffprobe', [...probe, clip])
    .toString()
    .split(',')
    .map(Number);
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', clip, '-pix_fmt', 'rgba', '-f', 'rawvideo', '-'], {
    maxBuffer: 2 ** 30,
  });
  const size = widthPx * heightPx * 4;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => ({
    widthPx,
    heightPx,
    rgba: new Uint8ClampedArray(raw.buffer, raw.byteOffset + i * size, size),
  }));
}
