/** The command line as a shell sees it: what it prints where, and with which code it ends. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { newProject } from '#core/document/create.ts';
import { headlessSettings } from '#core/pipeline/headless.ts';
import { EXIT, exitCodeOf, UsageError } from '#server/cli/command.ts';
import { outputSpec } from '#server/cli/film-options.ts';
import { COMMANDS } from '#server/cli/main.ts';
import { parsePresenterArgs } from '#server/cli/presenter.ts';
import { durationText, overallFraction, progressLine } from '#server/cli/progress.ts';
import { parseRenderArgs } from '#server/cli/render.ts';
import { ROOT } from '#server/setup/place.js';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Through the shim, as a person calls it, from a folder that is not the project's. */
function orator(...args: string[]): Promise<Ended> {
  return oratorIn(tmpdir(), ...args);
}

function oratorIn(cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [join(ROOT, 'server', 'bin.js'), ...args], { cwd }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

describe('orator', () => {
  test('--version prints the version alone', async () => {
    expect(await orator('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
  test('help names every command, and each has a help of its own', async () => {
    const { code, stdout } = await orator('help');
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toContain(name);
    for (const { name, usage } of COMMANDS) expect(usage).toContain(`orator ${name}`);
  });
  test('a recording goes with a script, or alone, and says whose voice it is', () => {
    expect(parseRenderArgs(['--sound', 'talk.m4a', '--speaker', 'own'])).toMatchObject({
      script: null,
      sound: { path: 'talk.m4a', speaker: 'own', language: 'en' },
      output: resolve('talk.mp4'),
    });
    expect(parseRenderArgs(['--script', 'a.txt', '--sound', 'b.wav']).sound?.speaker).toBe('someone');
    expect(() => parseRenderArgs(['a.orator', '--sound', 'b.wav'])).toThrow(/--sound goes with/);
    expect(() => parseRenderArgs(['--script', 'a.txt', '--speaker', 'own'])).toThrow(/go with --sound/);
    expect(() => parseRenderArgs(['--sound', 'b.wav', '--speaker', 'me'])).toThrow(/own, someone/);
  });
  test('an unknown command is wrong usage, said on stderr', async () => {
    expect(await orator('rendre')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('rendre') as string,
    });
  });
  test('a project that is not there fails before a browser starts', async () => {
    expect(await orator('render', 'nowhere.orator')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no file nowhere.orator') as string,
    });
  });
  test('a film is not written over the one whose sound it has, whose name it would get', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orator-cli-'));
    const talk = join(folder, 'talk.mp4');
    writeFileSync(talk, 'the only recording');
    expect(await oratorIn(folder, 'render', '--sound', talk)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`take the place of ${talk}`) as string,
    });
    expect(readFileSync(talk, 'utf8')).toBe('the only recording');
  });
  test('an empty script is a sentence', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'orator-cli-')), 'empty.txt');
    writeFileSync(path, ' \n');
    expect(await orator('render', '--script', path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing to say') as string,
    });
  });
});

describe('render understands', () => {
  test('a project and where it goes', () => {
    expect(
      parseRenderArgs(['talk.orator', '-o', 'out.mp4', '--size', '720p', '--fps', '30', '--aspect', '9:16']),
    ).toMatchObject({
      project: 'talk.orator',
      script: null,
      output: resolve('out.mp4'),
      format: { heightPx: 720, rateFps: 30, aspect: '9:16' },
      grade: 'final',
    });
  });
  test('a project alone: its own format, its own name', () => {
    expect(parseRenderArgs(['films/talk.orator'])).toMatchObject({ output: resolve('talk.mp4'), format: {} });
  });
  test('whose receipts count, by keys and revocations together', () => {
    expect(parseRenderArgs(['a.orator', '--keys', 'k', '--revocations', 'r']).issuer).toEqual({
      keys: 'k',
      revocations: 'r',
    });
    expect(parseRenderArgs(['a.orator']).issuer).toBeNull();
    expect(() => parseRenderArgs(['a.orator', '--keys', 'k'])).toThrow(/go together/);
  });
  test('a script with who and how', () => {
    expect(parseRenderArgs(['--script', 'a.txt', '--presenter', 'Ada', '--voice', 'slt'])).toMatchObject({
      script: 'a.txt',
      presenter: 'Ada',
      voice: 'slt',
      output: resolve('a.mp4'),
    });
  });
  test('how finely, in which codec, and with what beside it', () => {
    const args = [
      'a.orator',
      '--size',
      '2160p',
      '--fps',
      '60',
      '--codec',
      'h265',
      '--bits',
      '10',
      '--supersample',
    ];
    expect(parseRenderArgs([...args, '--captions', 'separate'])).toMatchObject({
      output: resolve('a.mp4'),
      container: 'mp4',
      format: { heightPx: 2160, rateFps: 60 },
      film: {
        codec: 'h265',
        bits: 10,
        supersample: true,
        alpha: false,
        captions: 'separate',
        effort: 'full',
      },
    });
    expect(parseRenderArgs(['a.orator', '--codec', 'prores4444', '--alpha'])).toMatchObject({
      output: resolve('a.mov'),
      container: 'mov',
    });
    expect(parseRenderArgs(['a.orator', '--codec', 'vp9']).output).toBe(resolve('a.webm'));
  });
  test('who draws', () => {
    expect(parseRenderArgs(['a.orator']).compositor).toBe('auto');
    expect(parseRenderArgs(['a.orator', '--compositor', 'dawn', '--size', '2160p']).compositor).toBe('dawn');
    expect(() => parseRenderArgs(['a.orator', '--compositor', 'gpu'])).toThrow(
      /auto, canvas2d, dawn, webgpu/,
    );
  });
  test('who encodes', () => {
    expect(parseRenderArgs(['a.orator']).encoder).toBe('auto');
    expect(parseRenderArgs(['a.orator', '--encoder', 'nvenc']).encoder).toBe('nvenc');
    expect(() => parseRenderArgs(['a.orator', '--encoder', 'vaapi'])).toThrow(/auto, software, nvenc/);
  });
  test('what a project leaves open comes from the project itself', () => {
    const project = newProject({ name: 'Own' });
    const { film } = parseRenderArgs(['a.orator']);
    const upright = { ...project, format: { widthPx: 1080, heightPx: 1920, rate: { num: 30, den: 1 } } };
    expect(outputSpec(upright, {}, 'mp4', film)).toMatchObject({
      widthPx: 1080,
      heightPx: 1920,
      rate: { num: 30, den: 1 },
      captions: project.captions.enabled ? 'burned' : 'none',
    });
    expect(outputSpec(upright, { heightPx: 2160, rateFps: 60 }, 'mp4', film)).toMatchObject({
      widthPx: 2160,
      heightPx: 3840,
      rate: { num: 60, den: 1 },
    });
    expect(outputSpec(upright, { aspect: '1:1' }, 'mp4', film)).toMatchObject({
      widthPx: 1080,
      heightPx: 1080,
    });
  });
  test.each([
    [['a.orator', '--codec', 'h264', '-o', 'a.webm'], /\.mp4 or \.mov/],
    [['a.orator', '--codec', 'mpeg2'], /h264, h265/],
    [['a.orator', '--alpha'], /prores4444 or vp9/],
    [['a.orator', '--alpha', '--codec', 'vp9', '--bits', '10'], /8 bits/],
    [['a.orator', '--bits', '10'], /h265, av1/],
    [['a.orator', '--compositor', 'webgpu', '--size', '2160p'], /up to 1080p/],
    [['a.orator', '--compositor', 'webgpu', '--encoder', 'nvenc'], /as its Chromium does/],
    [[], /give a project file/],
    [['a.orator', 'b.orator'], /one too many/],
    [['a.orator', '--script', 'b.txt'], /not both/],
    [['a.orator', '--voice', 'slt'], /go with --script/],
    [['a.orator', '-o', 'a.avi'], /\.mp4/],
    [['a.orator', '--size', '4k'], /720p, 1080p/],
    [['a.orator', '--fps', '24'], /25, 30/],
    [['a.orator', '--aspect', '4:3'], /16:9, 9:16, 1:1/],
    [['a.orator', '--loud'], /--loud/],
  ])('why %j is wrong', (args, why) => {
    expect(() => parseRenderArgs(args)).toThrow(UsageError);
    expect(() => parseRenderArgs(args)).toThrow(why);
  });
});

describe('presenter understands', () => {
  test('a video, where it goes, who it is and whose face', () => {
    expect(
      parsePresenterArgs(['fit', 'talks/me.MOV', '-o', 'out.presenter', '--name', 'Ada', '--speaker', 'own']),
    ).toEqual({
      source: 'talks/me.MOV',
      kind: 'footage',
      output: resolve('out.presenter'),
      name: 'Ada',
      speaker: 'own',
      quiet: false,
    });
  });
  test('a picture alone: its own name, and someone who has not agreed', () => {
    expect(parsePresenterArgs(['fit', 'faces/nora.jpeg'])).toMatchObject({
      kind: 'photo',
      output: resolve('nora.presenter'),
      name: 'nora',
      speaker: 'someone',
    });
  });
  test.each([
    [[], /what with a presenter/],
    [['make', 'a.mp4'], /presenter make/],
    [['fit'], /give a video/],
    [['fit', 'a.mp4', 'b.mp4'], /one too many/],
    [['fit', 'a.mp4', '-o', 'a.mp4'], /\.presenter/],
    [['fit', 'a.mp4', '--speaker', 'me'], /own, someone, synthetic/],
    [['fit', 'a.mp4', '--name', ' '], /empty/],
  ])('why %j is wrong', (args, why) => {
    expect(() => parsePresenterArgs(args)).toThrow(UsageError);
    expect(() => parsePresenterArgs(args)).toThrow(why);
  });
  test('a file that is not there fails before a browser starts', async () => {
    expect(await orator('presenter', 'fit', 'nowhere.mp4')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no file nowhere.mp4') as string,
    });
    expect(await orator('render', '--script', '-', '--presenter', 'nobody.presenter')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no file nobody.presenter') as string,
    });
  });
});

test('each kind of end has its exit code', () => {
  expect([
    exitCodeOf(new UsageError('?')),
    exitCodeOf(new AppError('refused', 'no')),
    exitCodeOf(new AppError('cancelled', 'stop')),
    exitCodeOf(new AppError('corrupt-file', 'broken')),
    exitCodeOf(new Error('bug')),
  ]).toEqual([EXIT.usage, EXIT.refused, EXIT.cancelled, EXIT.failed, EXIT.failed]);
});

describe('progress', () => {
  const step = (phase: 'speak' | 'draw' | 'sound' | 'file', done: number, total = 10) => ({
    phase,
    done,
    total,
    secondsLeft: 65,
  });
  const status = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, columns: 80, write: (text: string) => void written.push(text), written };
  };
  test('runs from nothing to all over the phases, never back', () => {
    const fractions = [
      step('speak', 0),
      step('speak', 10),
      step('draw', 5),
      step('sound', 10),
      step('file', 10),
    ].map(overallFraction);
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBeCloseTo(1, 9);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(overallFraction(step('draw', 0, 0))).toBeCloseTo(0.1, 9);
  });
  test('is one line a tenth in a log', () => {
    const log = status(false);
    const line = progressLine(log);
    for (let i = 0; i <= 100; i++) line.update(step('draw', i, 100));
    line.end();
    expect(log.written.length).toBeLessThanOrEqual(9);
    expect(log.written.join('')).not.toContain('\r');
    expect(log.written[0]).toBe('10% Drawing  about 1 min left\n');
  });
  test('is one line drawn over on a terminal, and gone at the end', () => {
    const terminal = status(true);
    const line = progressLine(terminal);
    line.update(step('draw', 5));
    line.end();
    expect(terminal.written[0]).toMatch(/^\r.*47% {2}Drawing/);
    expect(terminal.written.at(-1)).toBe('\r\u001b[K');
  });
  test('times are said as people say them', () => {
    expect([0.2, 59, 65, 3700].map(durationText)).toEqual(['1 s', '59 s', '1 min', '1 h 2 min']);
  });
});

test('a project renders in its own format unless told otherwise', () => {
  const own = { widthPx: 1080, heightPx: 1920, rate: { num: 30, den: 1 } };
  const ask = { grade: 'final', connection: 'offline' } as const;
  expect(headlessSettings(own, { ...ask, format: {} })).toMatchObject({
    heightPx: 1080,
    rateFps: 30,
    aspect: '9:16',
  });
  expect(headlessSettings(own, { ...ask, format: { aspect: '1:1', heightPx: 720 } })).toMatchObject({
    heightPx: 720,
    rateFps: 30,
    aspect: '1:1',
  });
});
