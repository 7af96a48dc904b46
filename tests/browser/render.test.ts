/** The engine as the app uses it: real workers, real speech, real drawing, real files; small films to keep it quick. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newParagraph, newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import { rateToFps } from '#core/base/time.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { createEngine } from '#lib/engine/engine.ts';
import type { Engine, EngineOptions, ExportProgress } from '#lib/engine/engine.ts';
import { openOpfsStore } from '#shared/opfs.ts';

const SETTINGS: ExportSettings = {
  heightPx: 180,
  rateFps: 25,
  aspect: '16:9',
  grade: 'draft',
  connection: 'offline',
};

let engine: Engine | null = null;
function start(options: EngineOptions = {}): Engine {
  engine = createEngine({ baseUrl: '/static/', ...options });
  return engine;
}
afterEach(() => engine?.close());

function projectSaying(...lines: string[]): Project {
  const project = newProject({ name: 'Little film' });
  const [scene] = project.scenes;
  if (!scene) throw new Error('a new project has a scene');
  const paragraphs = lines.map((text) => newParagraph([{ kind: 'text', text }]));
  return { ...project, scenes: [{ ...scene, script: { paragraphs } }] };
}

function withLine(project: Project, index: number, text: string): Project {
  return {
    ...project,
    scenes: project.scenes.map((scene) => ({
      ...scene,
      script: {
        paragraphs: scene.script.paragraphs.map((paragraph, i) =>
          i === index ? { ...paragraph, content: [{ kind: 'text', text } as const] } : paragraph,
        ),
      },
    })),
  };
}

describe('the engine', () => {
  test('prepares a project, shows it and exports it as a film of the same length', async () => {
    start();
    const project = projectSaying('Hi there.', 'Bye.');
    const film = await engine!.prepare(project);
    expect(film.shots).toHaveLength(2);
    expect(film.shots[0]?.words.map(({ text }) => text)).toEqual(['Hi', 'there.']);
    expect(film.frameCount).toBe(film.shots.reduce((sum, shot) => sum + shot.frameCount, 0));

    const canvas = document.body.appendChild(document.createElement('canvas'));
    await engine!.attachStage(canvas, project.format.widthPx, project.format.heightPx);
    await engine!.show(3);
    const report = await engine!.device();
    expect(report.summary).toMatch(/draw/i);
    await expect.poll(() => canvas.height).toBe(report.previewHeightPx);
    canvas.remove();

    const told: ExportProgress[] = [];
    const { movie, timings } = await engine!.exportTimed(project, SETTINGS, {
      onProgress: (p) => told.push(p),
    });
    const fractions = told.map(({ done, total }) => done / total);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['speak', 'draw', 'sound', 'file']);
    const seconds = film.frameCount / rateToFps(film.rate);
    expect(Math.abs(timings.framesDrawn / 25 - seconds)).toBeLessThan(0.1);
    const file = await (await openOpfsStore()).file(movie.asset);
    expect(file?.size).toBe(movie.bytes);
  });

  test('speaks only the paragraph that was edited, and sends only its sound', async () => {
    start();
    const before = projectSaying('The first stays.', 'The second goes.');
    const one = await engine!.prepare(before);
    const two = await engine!.prepare(withLine(before, 1, 'The second is new.'));
    expect(two.shots[0]?.pcm).toBe(one.shots[0]?.pcm);
    expect(two.shots[1]?.pcm.length).toBeGreaterThan(0);
    expect(two.shots[1]?.pcm).not.toEqual(one.shots[1]?.pcm);
  });

  test('a live show that is stopped while it begins does not begin, and another can', async () => {
    start();
    const project = projectSaying('The film.');
    const scene = project.scenes[0]!.id;
    await engine!.prepare(project);
    const begun = engine!.startLive(project, scene, 48_000, () => undefined);
    const [outcome] = await Promise.all([begun.catch((error: unknown) => error), engine!.stopLive()]);
    expect(outcome).toMatchObject({ code: 'cancelled' });
    const { placement } = await engine!.startLive(project, scene, 48_000, () => undefined);
    expect(placement.provider).toBe('wasm');
    await engine!.stopLive();
  });

  test('a newer prepare supersedes the older one, which says so', async () => {
    start();
    const older = engine!.prepare(projectSaying('One.', 'Two.', 'Three.', 'Four.'));
    const newer = engine!.prepare(projectSaying('Only this.'));
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    expect((await newer).shots).toHaveLength(1);
  });

  test('an export that is stopped says so, and the next one reuses what it had made', async () => {
    start();
    const project = projectSaying('A first thing.', 'And then another.');
    const abort = new AbortController();
    const stopped = engine!.exportFilm(project, SETTINGS, {
      signal: abort.signal,
      onProgress: ({ done, total }) => {
        if (done > total * 0.7) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const { timings } = await engine!.exportTimed(project, SETTINGS);
    expect(timings.framesReused).toBeGreaterThan(0);
  });

  test('a worker that died without a word does not hold up whoever stops waiting, and a new one takes over', async () => {
    const workers: Worker[] = [];
    vi.stubGlobal(
      'Worker',
      class extends Worker {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given);
          workers.push(this);
        }
      },
    );
    const recovered = vi.fn();
    start({ silenceMs: 500, onRecovered: recovered });
    vi.unstubAllGlobals();
    const project = projectSaying('A first thing.', 'And then another.');
    const abort = new AbortController();
    const stopped = engine!.exportFilm(project, SETTINGS, {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase !== 'draw') return;
        workers[1]?.terminate(); // the second of the two is the one that draws
        abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(recovered).toHaveBeenCalledOnce();
    expect((await engine!.prepare(project)).shots).toHaveLength(2);
  });

  test('draws a still of a scene as a PNG of the height asked for', async () => {
    start();
    const project = projectSaying('Hello.');
    const png = await engine!.thumbnail(project, project.scenes[0]!.id, 90);
    const bitmap = await createImageBitmap(png);
    expect([png.type, bitmap.width, bitmap.height]).toEqual(['image/png', 160, 90]);
  });

  test('a refused export rejects with the policy’s own words', async () => {
    start();
    const project = projectSaying('Hello.');
    const attempt = engine!.exportFilm(project, { ...SETTINGS, grade: 'distribution' });
    await expect(attempt).rejects.toMatchObject({
      code: 'refused',
      way: expect.stringMatching(/server/) as unknown,
    });
  });

  test('when the graphics device goes away in the middle, a new worker finishes the export from what was stored', async () => {
    const reasons: string[] = [];
    start({ compositor: 'webgpu', onRecovered: (reason) => reasons.push(reason) });
    const project = projectSaying('One.', 'Two.', 'Three.');
    const versionBefore = engine!.stageVersion;
    let lost = false;
    const reused: number[] = [];
    const { movie, timings } = await engine!.exportTimed(project, SETTINGS, {
      onProgress: ({ phase, done, total, reused: frames }) => {
        reused.push(frames);
        if (phase !== 'draw' || lost || done < total * 0.5) return;
        lost = true;
        void engine!.loseDevice();
      },
    });
    expect(reasons).toHaveLength(1);
    expect(engine!.stageVersion).toBe(versionBefore + 1);
    expect(timings.framesReused).toBeGreaterThan(0);
    expect(Math.max(...reused)).toBe(timings.framesReused);
    expect(await (await openOpfsStore()).has(movie.asset)).toBe(true);
  });

  test('an edit that was being prepared when the device went away is what comes on stage', async () => {
    start({ compositor: 'webgpu' });
    const before = projectSaying('Before the loss.');
    await engine!.prepare(before);
    const words = crypto.randomUUID().replaceAll('-', ' '); // not spoken by an earlier run
    const edited = engine!.prepare(withLine(before, 0, `After it: ${words}.`));
    await engine!.loseDevice();
    expect((await edited).shots[0]?.words[0]?.text).toBe('After');
  });

  test('an export stopped while the device goes away does not begin again', async () => {
    let recovered = 0;
    start({ compositor: 'webgpu', onRecovered: () => recovered++ });
    const project = projectSaying(`Stop me: ${crypto.randomUUID().replaceAll('-', ' ')}.`);
    const abort = new AbortController();
    const stopped = engine!.exportFilm(project, SETTINGS, {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase !== 'draw' || abort.signal.aborted) return;
        void engine!.loseDevice();
        abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => recovered).toBe(1);
  });

  test('voices that do not start are told in a sentence, at once and later', async () => {
    const broken = URL.createObjectURL(
      new Blob(['throw new Error("no voices")'], { type: 'text/javascript' }),
    );
    const Real = Worker;
    vi.stubGlobal(
      'Worker',
      class extends Real {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(options?.name === 'speech' ? broken : url, options);
        }
      },
    );
    start();
    vi.unstubAllGlobals();
    const said = { message: 'The voices did not start.', way: expect.stringMatching(/Reload/) as unknown };
    await expect(engine!.device()).rejects.toMatchObject(said);
    await expect(engine!.voices()).rejects.toMatchObject(said);
    await expect(engine!.prepare(projectSaying('Hello.'))).rejects.toMatchObject(said);
  });
});
