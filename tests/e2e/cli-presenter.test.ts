/**
 * A presenter made and used without a window. The face is nobody's: a film of Orator's own drawn presenter. What needs
 * real footage reads it from ../shared/media, and skips where that is absent.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '#server/setup/place.js';
import { frames, probe, streamOf } from './harness/film.ts';

/** On two busy cores; alone it takes a minute. */
const SLOW_MS = 1_200_000;
const folder = mkdtempSync(join(tmpdir(), 'orator-presenter-'));
const MEDIA = join(ROOT, '..', 'shared', 'media');

function orator(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'server', 'bin.js'), ...args], { cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

test(
  'a video becomes a presenter, and the presenter says what is written',
  { timeout: SLOW_MS },
  async () => {
    writeFileSync(
      join(folder, 'learn.txt'),
      'Good morning, and thank you for coming. Papa made a map of the bay for you.',
    );
    const source = await orator(
      ...['render', '--script', 'learn.txt', '--presenter', 'Nora', '-o', 'nora.mp4'],
      ...['--size', '720p', '--fps', '25', '--aspect', '1:1', '-q'],
    );
    expect(source.code).toBe(0);

    const fit = await orator('presenter', 'fit', 'nora.mp4', '-o', 'me.presenter', '--name', 'Me');
    expect([fit.code, fit.stderr]).toEqual([0, expect.stringMatching(/Following[\s\S]*frames, followed at/)]);
    // Shorter than is wished for, and told so, with what to do.
    expect(fit.stderr).toMatch(/Note: The film lasts .* seconds/);
    expect(fit.stdout.trim()).toBe(join(folder, 'me.presenter'));
    expect(statSync(join(folder, 'me.presenter')).size).toBeGreaterThan(500_000);

    // Nobody said whose face it is: no final film, and the way on by its name.
    writeFileSync(join(folder, 'say.txt'), 'Hello. I was made of a film.');
    const render = [
      'render',
      '--presenter',
      'me.presenter',
      '--script',
      'say.txt',
      '-o',
      'out.mp4',
      '--size',
      '720p',
    ];
    const final = await orator(...render, '--aspect', '1:1');
    expect([final.code, final.stderr]).toEqual([3, expect.stringMatching(/consent[\s\S]*--grade draft/)]);
    expect(existsSync(join(folder, 'out.mp4'))).toBe(false);

    const draft = await orator(...render, '--aspect', '1:1', '--grade', 'draft', '--fps', '25');
    expect([draft.code, draft.stderr]).toEqual([0, expect.anything()]);
    const path = join(folder, 'out.mp4');
    const probed = await probe(path);
    expect(streamOf(probed, 'video')).toMatchObject({ width: 720, height: 720 });
    expect(streamOf(probed, 'audio')).toMatchObject({ codec_name: 'aac' });
    let [count, moved] = [0, 0];
    let last: Uint8ClampedArray | null = null;
    for await (const { rgba } of frames(path, { widthPx: 90 })) {
      count++;
      const before = last;
      if (before) moved += rgba.some((value, i) => Math.abs(value - (before[i] as number)) > 24) ? 1 : 0;
      last = Uint8ClampedArray.from(rgba);
    }
    expect(count).toBeGreaterThan(40);
    expect(moved).toBeGreaterThan(10);
  },
);

describe.skipIf(!existsSync(MEDIA))('real footage (../shared/media)', () => {
  test('three seconds are refused with what is missing', { timeout: SLOW_MS }, async () => {
    const clip = join(MEDIA, 'speaking', 'pwij3p.mpg');
    const { code, stdout, stderr } = await orator('presenter', 'fit', clip, '-o', 'short.presenter', '-q');
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/lasts 3.* at least 5[\s\S]*Record 15/),
    ]);
    expect(existsSync(join(folder, 'short.presenter'))).toBe(false);
  });

  test('a painting becomes a presenter', { timeout: SLOW_MS }, async () => {
    const picture = join(MEDIA, 'portraits', 'painted-adult.png');
    const { code, stderr } = await orator(
      'presenter',
      'fit',
      picture,
      '-o',
      'paint.presenter',
      '--speaker',
      'synthetic',
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/MB in/)]);
    expect(statSync(join(folder, 'paint.presenter')).size).toBeGreaterThan(200_000);
  });
});
