/** The command line makes real films, and ends as it says it does. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '#server/setup/place.js';
import { frames, loudness, probe, streamOf } from './harness/film.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-cli-'));

interface Running {
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Resolves when stderr has said something that matches. */
  said(pattern: RegExp): Promise<void>;
  interrupt(): void;
}

function orator(...args: string[]): Running {
  // A process group of its own, so that an interrupt reaches all of it as a terminal's Ctrl-C does.
  const child = spawn(process.execPath, [join(ROOT, 'server', 'bin.js'), ...args], {
    cwd: folder,
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return {
    ended,
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    said: async (pattern) => {
      const waiting = new Promise<void>((resolve) => {
        const look = () => pattern.test(stderr) && resolve();
        child.stderr.on('data', look);
        look();
      });
      const early = ended.then((end) => Promise.reject(new Error(`It ended first: ${end.stderr}`)));
      await Promise.race([waiting, early]);
    },
  };
}

test('a text becomes a film that plays', async () => {
  writeFileSync(join(folder, 'hello.txt'), 'Hello from the command line.\n');
  const { code, stdout, stderr } = await orator(
    ...['render', '--script', 'hello.txt', '--presenter', 'Nora', '--voice', 'Grace'],
    ...['-o', 'hello.mp4', '--size', '720p', '--fps', '25', '--aspect', '1:1'],
  ).ended;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^[1-9]0% /m)]);
  const path = join(folder, 'hello.mp4');
  expect(stdout.trim()).toBe(path);

  const probed = await probe(path);
  expect(probed.warnings).toEqual([]);
  expect(streamOf(probed, 'video')).toMatchObject({ width: 720, height: 720, avg_frame_rate: '25/1' });
  expect(streamOf(probed, 'audio')).toMatchObject({ codec_name: 'aac' });
  let count = 0;
  for await (const { rgba } of frames(path, { widthPx: 90 })) {
    count++;
    const lights = rgba.filter((_, i) => i % 4 !== 3);
    expect(Math.max(...lights) - Math.min(...lights)).toBeGreaterThan(60);
  }
  expect(count).toBe(Number(streamOf(probed, 'video').nb_read_packets));
  expect(Math.abs(count / 25 - Number(probed.format.duration))).toBeLessThanOrEqual(1 / 25 + 0.03);
  expect(Math.abs((await loudness(path)).integratedLufs + 14)).toBeLessThanOrEqual(1);
});

test('a project of ours opens in its own shape', async () => {
  const project = join(ROOT, 'static', 'examples', 'welcome.orator');
  const render = orator('render', project, '-o', 'welcome.mp4', '--size', '720p');
  await render.said(/Drawing/);
  render.interrupt();
  // The way in is what is tried here; the film would only be longer.
  expect((await render.ended).code).toBe(130);
});

test('Ctrl-C ends it soon, with 130 and nothing left behind', async () => {
  writeFileSync(
    join(folder, 'long.txt'),
    'This goes on for a good while longer than anyone waits. '.repeat(30),
  );
  const render = orator('render', '--script', 'long.txt', '-o', 'long.mp4', '--size', '720p');
  await render.said(/Speaking|Drawing/);
  render.interrupt();
  const { code, stdout } = await render.ended;
  expect([code, stdout]).toEqual([130, '']);
  expect(existsSync(join(folder, 'long.mp4'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('an unknown voice is answered with those there are', async () => {
  writeFileSync(join(folder, 'hi.txt'), 'Hi.');
  const { code, stderr } = await orator('render', '--script', 'hi.txt', '--voice', 'Gandalf').ended;
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Gandalf.*Grace/s)]);
});

test('a file that is no project fails with a sentence', async () => {
  writeFileSync(join(folder, 'fake.orator'), 'not a project');
  const { code, stderr } = await orator('render', 'fake.orator', '-o', 'fake.mp4').ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining('not an .orator file')]);
  expect(existsSync(join(folder, 'fake.mp4'))).toBe(false);
});

test('presenters and voices are listed one a line', async () => {
  const { code, stdout } = await orator('voices').ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^flite\/slt\tGrace\ten-US\t/m);
  expect((await orator('presenters').ended).stdout).toMatch(/\tNora$/m);
});
