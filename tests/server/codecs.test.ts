/**
 * The same short film in every codec, as the server makes it, opened again by FFmpeg's own programs: the codec, the depth,
 * all frames, transparency that is there, and sound in step with that of the others.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-codecs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open = renderProcesses({ kind: 'disk', folder });
const project = newProject({ name: 'Codecs', scenes: [['Hello there.']] });
const [WIDTH, HEIGHT] = [160, 90] as const;
const PLAIN: OutputSpec = {
  ...{ codec: 'h264', container: 'mp4', widthPx: WIDTH, heightPx: HEIGHT, rate: { num: 25, den: 1 } },
  ...{ bits: 8, alpha: false, effort: 'full', supersample: 1, captions: 'none' },
};

interface Made {
  readonly path: string;
  readonly frameCount: number;
}

async function make(over: Partial<OutputSpec>): Promise<Made> {
  const output = { ...PLAIN, ...over };
  const process = await open(
    { project, grade: 'final', connection: 'server', receipts: [], output, accountId: 'someone' },
    { wallS: 120, memoryMiB: 3000, diskMiB: 100 },
  );
  try {
    const { segments, frameCount } = await process.run<'prepare'>({ kind: 'prepare' }, () => undefined);
    const indices = segments.map(({ index }) => index);
    await process.run<'draw'>({ kind: 'draw', segments: indices }, () => undefined);
    const { film, extension } = await process.run<'assemble'>({ kind: 'assemble' }, () => undefined);
    const path = join(folder, `${output.codec}-${output.bits}.${extension}`);
    writeFileSync(path, await diskStore(folder).get(assetKey('someone', film)));
    return { path, frameCount };
  } finally {
    await process.close();
  }
}

const run = promisify(execFile);

interface Stream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly profile?: string;
  readonly pix_fmt?: string;
  readonly start_time: string;
  readonly nb_read_frames: string;
  readonly sample_rate?: string;
  readonly duration_ts?: number;
  readonly color_space?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

async function probe(path: string): Promise<{ readonly video: Stream; readonly sound: Stream }> {
  const args = ['-v', 'warning', '-count_frames', '-show_streams', '-of', 'json', path];
  const { stdout, stderr } = await run('ffprobe', args);
  expect(stderr).toBe('');
  const { streams } = JSON.parse(stdout) as { streams: readonly Stream[] };
  const [video, sound] = ['video', 'audio'].map((type) => streams.find((one) => one.codec_type === type));
  if (!video || !sound || streams.length !== 2) throw new Error(`not a film: ${stdout}`);
  return { video, sound };
}

const SOUND_HZ = 8000;
/** As players play it: what lies before the beginning is cut off. */
async function soundOf(path: string): Promise<Float32Array> {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:a',
    '-ac',
    '1',
    '-ar',
    String(SOUND_HZ),
    '-f',
    'f32le',
    '-',
  ];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e8 });
  return new Float32Array(new Uint8Array(stdout).buffer);
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** By how many samples `b` comes after `a`, where they are most alike. */
function lag(a: Float32Array, b: Float32Array): { readonly samples: number; readonly r: number } {
  let best = { samples: 0, r: -1 };
  for (let shift = -800; shift <= 800; shift++) {
    let [ab, aa, bb] = [0, 0, 0];
    for (let i = Math.max(0, -shift); i < a.length && i + shift < b.length; i++) {
      const [x, y] = [a[i] as number, b[i + shift] as number];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    const r = ab / Math.sqrt(aa * bb);
    if (r > best.r) best = { samples: shift, r };
  }
  return best;
}

/** One frame as RGBA. FFmpeg's own VP9 decoder knows nothing of transparency; libvpx does. */
async function frameOf(path: string, index: number): Promise<Uint8Array> {
  const decoder = path.includes('vp9') ? ['-c:v', 'libvpx-vp9'] : [];
  const args = ['-v', 'error', ...decoder, '-i', path, '-vf', `select=eq(n\\,${index})`, '-frames:v', '1'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'], {
    ...{ encoding: 'buffer', maxBuffer: 1e8 },
  });
  return new Uint8Array(stdout);
}

const alphaAt = (frame: Uint8Array, x: number, y: number) => frame[(y * WIDTH + x) * 4 + 3];

let reference: Promise<Float32Array> | null = null;

test.each<[Partial<OutputSpec>, Partial<Stream>, string]>([
  [{ codec: 'h265', bits: 10 }, { codec_name: 'hevc', pix_fmt: 'yuv420p10le', profile: 'Main 10' }, 'aac'],
  [{ codec: 'av1', container: 'webm', bits: 10 }, { codec_name: 'av1', pix_fmt: 'yuv420p10le' }, 'opus'],
  [
    { codec: 'prores4444', container: 'mov', bits: 10, alpha: true },
    // Its decoder gives more bits than were put in.
    { codec_name: 'prores', pix_fmt: 'yuva444p12le', profile: '4444' },
    'pcm_s24le',
  ],
  [
    { codec: 'vp9', container: 'webm', alpha: true },
    { codec_name: 'vp9', pix_fmt: 'yuv420p', profile: 'Profile 0' },
    'opus',
  ],
])('%j', async (over, wanted, sounds) => {
  const { path, frameCount } = await make(over);
  const { video, sound } = await probe(path);
  expect(video).toMatchObject({ ...wanted, color_space: 'bt709', nb_read_frames: String(frameCount) });
  expect(Number(video.start_time)).toBe(0);
  expect(sound.codec_name).toBe(sounds);

  reference ??= make({}).then((film) => soundOf(film.path));
  const [plain, own] = [await reference, await soundOf(path)];
  const { samples, r } = lag(plain, own);
  expect(r).toBeGreaterThan(0.98);
  expect(Math.abs(samples) / SOUND_HZ).toBeLessThan(0.001);
  expect(Math.abs(rms(own) / rms(plain) - 1)).toBeLessThan(0.01);
  // Nothing is lost or added where nothing is coded: the sound is as long as the picture, to the sample.
  if (sounds === 'pcm_s24le')
    expect(sound).toMatchObject({ sample_rate: '48000', duration_ts: (frameCount * 48_000) / 25 });

  const frame = await frameOf(path, 10);
  const [corner, middle] = [alphaAt(frame, 2, 2), alphaAt(frame, WIDTH / 2, HEIGHT / 2)];
  expect([corner, middle]).toEqual(over.alpha ? [0, 255] : [255, 255]);
  if (over.codec === 'vp9' && over.alpha)
    expect(video.tags?.['alpha_mode'] ?? video.tags?.['ALPHA_MODE']).toBe('1');
});
