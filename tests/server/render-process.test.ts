/** A film made by a render's own process: right, made once, and ended whenever that is wished. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pid } from 'node:process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { newProject } from '#core/document/create.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import type {
  OutputSpec,
  ProcessLimits,
  RenderProcess,
  RenderSpec,
  StepResults,
} from '#server/render/process.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-render-test-'));
const open = renderProcesses({ kind: 'disk', folder });
const LIMITS: ProcessLimits = { wallS: 120, memoryMiB: 3000, diskMiB: 100 };
const OUTPUT: OutputSpec = {
  codec: 'h264',
  container: 'mp4',
  widthPx: 160,
  heightPx: 90,
  rate: { num: 25, den: 1 },
  bits: 8,
  alpha: false,
  effort: 'draft',
  supersample: 1,
  captions: 'none',
};
const SPEC: RenderSpec = {
  project: newProject({ name: 'Short', scenes: [['Hello.'], ['Bye.']] }),
  grade: 'final',
  connection: 'server',
  receipts: [],
  output: OUTPUT,
  accountId: 'someone',
};
const quiet = () => undefined;

let process: RenderProcess;
let prepared: StepResults['prepare'];
beforeAll(async () => {
  process = await open(SPEC, LIMITS);
  prepared = await process.run({ kind: 'prepare' }, quiet);
}, 120_000);
afterAll(async () => {
  await process.close();
  rmSync(folder, { recursive: true, force: true });
});

async function probe(path: string): Promise<string> {
  const args = [
    '-v',
    'warning',
    '-count_frames',
    '-show_entries',
    'stream=codec_name,nb_read_frames,width,height,start_time',
  ];
  const { stdout, stderr } = await promisify(execFile)('ffprobe', [...args, '-of', 'compact', path]);
  expect(stderr).toBe('');
  return stdout;
}

test('a film is drawn in segments and put together, and no segment twice', async () => {
  expect(prepared.segments.map(({ stored }) => stored)).toEqual([false, false]);
  const fractions: number[] = [];
  const drawn = await process.run({ kind: 'draw', segments: [0, 1] }, ({ fraction }) =>
    fractions.push(fraction),
  );
  expect(drawn.segments.map(({ key }) => key)).toEqual(prepared.segments.map(({ key }) => key));
  expect(drawn.cpuS).toBeGreaterThan(0);
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  const film = await process.run({ kind: 'assemble' }, quiet);
  const path = join(folder, 'film.mp4');
  writeFileSync(path, await diskStore(folder).get(assetKey(SPEC.accountId, film.film)));
  const probed = await probe(path);
  expect(probed).toContain(
    `codec_name=h264|width=160|height=90|start_time=0.000000|nb_read_frames=${prepared.frameCount}`,
  );
  expect(probed).toMatch(/codec_name=aac\|start_time=0\.000000/);

  await using again = await opened(SPEC);
  const found = await again.process.run({ kind: 'draw', segments: [0, 1] }, quiet);
  expect(found.segments.every(({ stored }) => stored)).toBe(true);
  expect((await again.process.run({ kind: 'assemble' }, quiet)).film).toBe(film.film);
}, 120_000);

async function opened(spec: RenderSpec, limits: Partial<ProcessLimits> = {}) {
  const started = await open(spec, { ...LIMITS, ...limits });
  return { process: started, [Symbol.asyncDispose]: () => started.close() };
}

test('an edit of one scene leaves the segments of the other', async () => {
  const { project } = SPEC;
  const edited = newProject({ name: 'Short', scenes: [['Hello.'], ['See you.']] });
  const scenes = project.scenes.map((scene, i) =>
    i === 0 ? scene : { ...scene, script: edited.scenes[1]!.script },
  );
  await using other = await opened({ ...SPEC, project: { ...project, scenes } });
  const { segments } = await other.process.run({ kind: 'prepare' }, quiet);
  expect(segments[0]?.key).toBe(prepared.segments[0]?.key);
  expect(segments[1]?.key).not.toBe(prepared.segments[1]?.key);
});

const LARGE: RenderSpec = { ...SPEC, output: { ...OUTPUT, widthPx: 1920, heightPx: 1080 } };

test('a step that is cancelled ends within a second or two', async () => {
  await using large = await opened(LARGE);
  const signal = { aborted: false };
  await large.process.run({ kind: 'prepare' }, quiet);
  const drawing = large.process.run({ kind: 'draw', segments: [0] }, () => (signal.aborted = true), signal);
  await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
});

test('a process that is closed leaves nothing behind, and whoever waits is told', async () => {
  // Of this process: others may make films beside it.
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`orator-render-${pid}-`));
  const before = folders();
  const large = await open(LARGE, LIMITS);
  const drawing = large.run({ kind: 'draw', segments: [0] }, quiet);
  const told = expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
  await large.close();
  await told;
  await expect(large.run({ kind: 'prepare' }, quiet)).rejects.toBeInstanceOf(AppError);
  expect(folders()).toEqual(before);
});

test('what a watcher left behind that was killed is cleared away by the next, once it is old', async () => {
  const gone = spawnSync('true').pid;
  const [old, fresh] = [1, 2].map((i) => mkdtempSync(join(tmpdir(), `orator-render-${gone}-${i}`))) as [
    string,
    string,
  ];
  writeFileSync(join(old, 'film.mp4'), 'half a film');
  const longAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(old, longAgo, longAgo);
  renderProcesses({ kind: 'disk', folder });
  await expect.poll(() => existsSync(old)).toBe(false);
  expect(existsSync(fresh)).toBe(true);
  rmSync(fresh, { recursive: true });
});

test('more memory or time than is allowed ends the process, with a sentence', async () => {
  await using large = await opened(LARGE, { memoryMiB: 120 }).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'too-large' });
    return { process: null, [Symbol.asyncDispose]: () => Promise.resolve() };
  });
  if (large.process)
    await expect(large.process.run({ kind: 'draw', segments: [0] }, quiet)).rejects.toMatchObject({
      code: 'too-large',
    });
  await using slow = await opened(LARGE, { wallS: 0.2 });
  await expect(slow.process.run({ kind: 'draw', segments: [0] }, quiet)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringContaining('time') as string,
  });
});

test('what policy refuses is refused again here', async () => {
  const [presenter] = SPEC.project.presenters;
  const project = {
    ...SPEC.project,
    presenters: [{ ...presenter!, likeness: { kind: 'person', consent: null } as never }],
  };
  await using refused = await opened({ ...SPEC, project });
  await expect(refused.process.run({ kind: 'prepare' }, quiet)).rejects.toMatchObject({ code: 'refused' });
});

test.each([
  [{ widthPx: 161 }, /161 × 90 pixels/],
  [{ container: 'webm' as const }, /H\.264 does not go into webm/],
  [{ alpha: true }, /nothing behind the presenter/],
])('%j cannot be asked for', async (wish, why) => {
  await expect(open({ ...SPEC, output: { ...OUTPUT, ...wish } }, LIMITS)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(why) as string,
  });
});
