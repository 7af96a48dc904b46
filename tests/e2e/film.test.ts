/** The instruments themselves read true: a film made by ffmpeg, of which everything is known. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { frameAt, frames, loudness, pixelAt, probe, sound, streamOf } from './harness/film.ts';

const path = join(mkdtempSync(join(tmpdir(), 'orator-known-')), 'known.mp4');

// Two seconds: orange, then teal from frame 25 on; a 1 kHz tone at −20 dBFS; BT.709 limited.
beforeAll(() => {
  const orange = 'color=c=0xE07020:s=320x180:r=25:d=1';
  const teal = 'color=c=0x208070:s=320x180:r=25:d=1';
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', orange, '-f', 'lavfi', '-i', teal],
    ...['-f', 'lavfi', '-i', 'sine=frequency=1000:sample_rate=48000:duration=2,volume=-2dB'],
    ...[
      '-filter_complex',
      '[0][1]concat,scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p[v]',
      '-map',
      '[v]',
      '-map',
      '2:a',
    ],
    ...[
      '-c:v',
      'libx264',
      '-crf',
      '10',
      '-color_range',
      'tv',
      '-colorspace',
      'bt709',
      '-color_trc',
      'bt709',
      '-color_primaries',
      'bt709',
    ],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', path],
  ]);
});

test('what the file says is what was made', async () => {
  const probed = await probe(path);
  expect(probed.warnings).toEqual([]);
  expect(streamOf(probed, 'video')).toMatchObject({
    codec_name: 'h264',
    width: 320,
    height: 180,
    color_space: 'bt709',
    nb_read_packets: '50',
  });
  expect(Number(probed.format.duration)).toBeCloseTo(2, 1);
});

test('every frame is decoded once, in its colour', async () => {
  const seen: number[] = [];
  for await (const frame of frames(path)) {
    seen.push(frame.index);
    const wanted = frame.index < 25 ? [0xe0, 0x70, 0x20, 255] : [0x20, 0x80, 0x70, 255];
    pixelAt(frame, 160, 90).forEach((value, i) =>
      expect(Math.abs(value - (wanted[i] ?? 0))).toBeLessThanOrEqual(2),
    );
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

test('one frame can be had by its number, scaled', async () => {
  const frame = await frameAt(path, 30, { widthPx: 64 });
  expect([frame.index, frame.widthPx, frame.heightPx, frame.rgba.length]).toEqual([30, 64, 36, 64 * 36 * 4]);
  expect(pixelAt(frame, 5, 5)[1]).toBeGreaterThan(120);
});

test('a tone is as loud as it was made, and two seconds long', async () => {
  // ffmpeg's sine is 1/8 of full scale, −18.06 dB peak; mono at −2 dB more reads −3.01 dB below its peak, plus −0.691 + 0.69 at 1 kHz.
  expect((await loudness(path)).integratedLufs).toBeCloseTo(-23.1, 0);
  const samples = await sound(path);
  expect(samples.length / 48_000).toBeCloseTo(2, 1);
  expect(Math.max(...samples.subarray(10_000, 20_000))).toBeCloseTo(0.125 * 10 ** (-2 / 20), 2);
});
