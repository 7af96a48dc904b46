/**
 * The app without a person: what the `/headless` page answers to the command line (core/pipeline/headless.ts). The
 * same storage, the same engine and the same straight line as behind the export button; only nobody looks.
 */
import { AppError, errorToWire } from '#core/base/errors.ts';
import { newProject, newRecording } from '#core/document/create.ts';
import { addMediaEntry, setPresenter, setRecording } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import {
  headlessSettings,
  type HeadlessApi,
  type HeadlessCatalogue,
  type HeadlessFitOutcome,
  type HeadlessFitRequest,
  type HeadlessOutcome,
  type HeadlessRequest,
  type HeadlessSound,
  type HeadlessSource,
  type HeadlessWindow,
} from '#core/pipeline/headless.ts';
import type { Trouble } from '#core/track/troubles.ts';
import { PRESETS } from '#core/presenter/illustrated/presets.ts';
import { readPresenterFile, writePresenterFile } from '#shared/presenter-file.ts';
import { scenesOfText } from '#core/document/plain-script.ts';
import type { StudioEngine, VoiceChoice } from './managers/ports.ts';
import { startEngine } from './managers/engine.ts';
import { likenessOf } from './managers/recording.svelte.ts';
import { openWorkplace } from './managers/workplace.ts';
import type { Storage } from './storage/open.ts';

/** Progress goes out this often at most. */
const REPORT_EVERY_MS = 250;

/** By name or id, without case. @throws AppError not-found, naming what there is */
function named<T>(what: string, wanted: string, all: readonly T[], names: (item: T) => readonly string[]): T {
  const key = wanted.toLocaleLowerCase();
  const found = all.find((item) => names(item).some((name) => name.toLocaleLowerCase() === key));
  if (found !== undefined) return found;
  throw new AppError('not-found', `There is no ${what} called “${wanted}”.`, {
    way: `There is ${all.map((item) => names(item)[0]).join(', ')}.`,
  });
}

function voiceId(voice: VoiceChoice): string {
  return `${voice.engine}/${voice.engineVoice}`;
}

interface Source {
  readonly project: Project;
  readonly notes: readonly string[];
}

async function openSource(source: HeadlessSource, storage: Storage, engine: StudioEngine): Promise<Source> {
  if (source.kind === 'project-file') {
    const answer = await fetch(source.url);
    if (!answer.ok) throw new AppError('network', `The project file did not arrive (${answer.status}).`);
    return storage.projects.importFile(await answer.blob());
  }
  const preset = named('presenter', source.presenter, PRESETS, (p) => [p.name, p.preset]);
  const voice = named('voice', source.voice, await engine.voices(), (v) => [
    v.name,
    voiceId(v),
    v.engineVoice,
  ]);
  const scenes = scenesOfText(source.text);
  if (scenes.length === 0 && !source.sound) throw new AppError('invalid-input', 'The script is empty.');
  const project = newProject({
    name: source.title,
    scenes,
    presenter: { name: preset.name, preset: preset.preset },
    voice: {
      name: voice.name,
      engine: voice.engine,
      engineVoice: voice.engineVoice,
      language: voice.language,
    },
  });
  const cast = source.presenterUrl ? await withPresenter(project, source.presenterUrl, storage) : project;
  return { project: source.sound ? await withSound(cast, source.sound, storage) : cast, notes: [] };
}

/** The presenter of a file in every scene. */
async function withPresenter(project: Project, url: string, storage: Storage): Promise<Project> {
  const file = await readPresenterFile(new Uint8Array(await (await fetched(url)).arrayBuffer()));
  for (const bytes of file.parts.values()) await storage.assets.put(bytes);
  await storage.receipts.keep(file.receipts.map(({ receipt }) => receipt));
  return setPresenter(file.media.reduce(addMediaEntry, project), file.presenter);
}

/** What the driver offers. @throws AppError network */
async function fetched(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new AppError('network', `A file did not arrive (${answer.status}).`);
  return answer.blob();
}

/** @throws AppError network */
async function handOver(file: Blob, url: string, mime: string): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', headers: { 'Content-Type': mime }, body: file });
  if (!answer.ok)
    throw new AppError('network', `The finished file could not be handed over (${answer.status}).`);
}

async function withSound(project: Project, sound: HeadlessSound, storage: Storage): Promise<Project> {
  const [scene, more] = project.scenes;
  if (!scene || more)
    throw new AppError('invalid-input', 'A recording speaks one scene, and this script has several.', {
      way: 'Take the lines of --- out of it.',
    });
  const answer = await fetch(sound.url);
  if (!answer.ok) throw new AppError('network', `The sound did not arrive (${answer.status}).`);
  const entry = await storage.media.addSound(new File([await answer.blob()], sound.name));
  const recording = newRecording(entry, {
    language: sound.language,
    likeness: likenessOf(sound.speaker),
  });
  return setRecording(addMediaEntry(project, entry), scene.id, recording);
}

/** Sets `window.orator` and says so. */
export async function serveHeadless(target: Window & HeadlessWindow): Promise<void> {
  const { engine: own, storage } = await openWorkplace();
  let running: AbortController | null = null;

  async function render(request: HeadlessRequest, signal: AbortSignal): Promise<HeadlessOutcome> {
    if (request.compositor === undefined) return renderWith(own, request, signal);
    const engine = startEngine((subjects) => storage.receipts.bundlesFor(subjects), request.compositor);
    try {
      return await renderWith(engine, request, signal);
    } finally {
      engine.close();
    }
  }

  async function renderWith(
    engine: StudioEngine,
    request: HeadlessRequest,
    signal: AbortSignal,
  ): Promise<HeadlessOutcome> {
    const device = await engine.device();
    if (request.issuer) await storage.receipts.learn(request.issuer.keys, request.issuer.revocations);
    const { project, notes } = await openSource(request.source, storage, engine);
    const settings = headlessSettings(project.format, request);
    let lastReportMs = Number.NEGATIVE_INFINITY;
    const movie = await engine.exportFilm(project, settings, {
      signal,
      onProgress: ({ phase, done, total, secondsLeft }) => {
        const now = performance.now();
        if (now - lastReportMs < REPORT_EVERY_MS && done < total) return;
        lastReportMs = now;
        target.oratorProgress?.({ phase, done, total, secondsLeft });
      },
    });
    const file = await storage.assets.file(movie.asset);
    if (!file) throw new AppError('not-found', 'The finished film is gone from the store.');
    await handOver(file, request.resultUrl, movie.mime);
    return { ok: true, mime: movie.mime, bytes: movie.bytes, settings, device: device.summary, notes };
  }

  async function fit(request: HeadlessFitRequest, signal: AbortSignal): Promise<HeadlessFitOutcome> {
    const troubles: Trouble[] = [];
    try {
      const source = await storage.assets.putBlob(await fetched(request.url), signal);
      const { kind, fileName, name, speaker } = request;
      const job = { kind, source, fileName, name, likeness: likenessOf(speaker) };
      const made = await own.fitting.fit(job, {
        signal,
        onNews: (news) => {
          if (news.type === 'trouble') troubles.push(news.trouble);
          if (news.type === 'progress')
            target.oratorProgress?.({
              phase: news.phase,
              done: news.fraction,
              total: 1,
              secondsLeft: news.secondsLeft,
            });
        },
      });
      const { durationS } = made.report;
      const file = await writePresenterFile({ ...made, durationS }, (hash) => storage.assets.get(hash));
      await handOver(file, request.resultUrl, file.type);
      return { ok: true, bytes: file.size, troubles: made.troubles, report: made.report };
    } catch (error) {
      return { ok: false, error: errorToWire(error), troubles };
    }
  }

  /** @throws AppError invalid-input while something else is being made */
  async function alone<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (running) throw new AppError('invalid-input', 'Something else is being made already.');
    running = new AbortController();
    try {
      return await work(running.signal);
    } finally {
      running = null;
    }
  }

  const api: HeadlessApi = {
    async catalogue(): Promise<HeadlessCatalogue> {
      const voices = await own.voices();
      return {
        presenters: PRESETS.map((preset) => ({ id: preset.preset, name: preset.name })),
        voices: voices.map((voice) => ({
          id: voiceId(voice),
          name: voice.name,
          language: voice.language,
          description: voice.description,
        })),
      };
    },
    render: (request) =>
      alone((signal) => render(request, signal)).catch((error: unknown): HeadlessOutcome => ({
        ok: false,
        error: errorToWire(error),
      })),
    fit: (request) =>
      alone((signal) => fit(request, signal)).catch((error: unknown): HeadlessFitOutcome => ({
        ok: false,
        error: errorToWire(error),
        troubles: [],
      })),
    cancel() {
      running?.abort();
      return Promise.resolve();
    },
  };
  target.orator = api;
  target.oratorReady = true;
}
