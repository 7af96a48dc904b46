/** Starts the workers and wires them: the app to each of them, and the render worker to the one that speaks. */
import * as Comlink from '#shared/comlink.ts';
import type { FitWorkerApi } from '#core/pipeline/fit-api.ts';
import type { JudgeWorkerApi } from '#core/pipeline/judge-api.ts';
import type {
  DeviceReport,
  RenderWorkerApi,
  RenderWorkerInit,
  SpeechWorkerApi,
} from '#core/pipeline/worker-api.ts';
import { AppError } from '#core/base/errors.ts';
import { sparesData } from '../pwa/spares-data.ts';
import { crossed } from './errors.ts';

export interface SpeechWorkerHandle {
  readonly api: Comlink.Remote<SpeechWorkerApi>;
  /** Rejects when the worker broke: it answers nothing then. Never resolves. */
  readonly broken: Promise<never>;
  end(): void;
}

export interface RenderWorkerHandle {
  readonly api: Comlink.Remote<RenderWorkerApi>;
  /** What its probe found; rejects as an AppError when nothing here can draw. */
  readonly report: Promise<DeviceReport>;
  end(): void;
}

/** @param baseUrl where static files are served from */
export function startSpeechWorker(baseUrl: string): SpeechWorkerHandle {
  const worker = new Worker(new URL('../../../workers/speech.worker.ts', import.meta.url), {
    type: 'module',
    name: 'speech',
  });
  const api = Comlink.wrap<SpeechWorkerApi>(worker);
  void api.start(baseUrl);
  return { api, broken: breakage(worker, 'The voices did not start.'), end: () => worker.terminate() };
}

export function startRenderWorker(
  speech: SpeechWorkerHandle,
  init: Omit<RenderWorkerInit, 'speech' | 'ears'>,
): RenderWorkerHandle {
  const worker = new Worker(new URL('../../../workers/render.worker.ts', import.meta.url), {
    type: 'module',
    name: 'render',
  });
  const api = Comlink.wrap<RenderWorkerApi>(worker);
  const voice = new MessageChannel();
  const ears = new MessageChannel();
  const report = crossed(
    Promise.race([
      Promise.all([
        api.start(
          Comlink.transfer({ ...init, speech: voice.port1, ears: ears.port1 }, [voice.port1, ears.port1]),
        ),
        speech.api.connect(Comlink.transfer(voice.port2, [voice.port2])),
        speech.api.connectEars(Comlink.transfer(ears.port2, [ears.port2])),
      ]).then(([found]) => found),
      breakage(worker, 'The part of Orator that draws did not start.'),
      speech.broken,
    ]),
  );
  report.catch(() => undefined); // told to whoever asks for it
  return { api, report, end: () => worker.terminate() };
}

export interface FitWorkerHandle {
  readonly api: Comlink.Remote<FitWorkerApi>;
  /** Rejects when the worker did not start or broke: it answers nothing then. Never resolves. */
  readonly broken: Promise<never>;
  end(): void;
}

export function startFitWorker(speech: SpeechWorkerHandle, baseUrl: string): FitWorkerHandle {
  const worker = new Worker(new URL('../../../workers/fit.worker.ts', import.meta.url), {
    type: 'module',
    name: 'fit',
  });
  const api = Comlink.wrap<FitWorkerApi>(worker);
  const ears = new MessageChannel();
  const starting = crossed(
    Promise.all([
      api.start(Comlink.transfer({ baseUrl, ears: ears.port1 }, [ears.port1])),
      speech.api.connectEars(Comlink.transfer(ears.port2, [ears.port2])),
    ]),
  );
  const failedStart = starting.then(() => new Promise<never>(() => undefined));
  const broken = Promise.race([
    failedStart,
    breakage(worker, 'The part of Orator that makes presenters did not start.'),
    speech.broken,
  ]);
  broken.catch(() => undefined); // told to whoever waits for an answer
  return { api, broken, end: () => worker.terminate() };
}

export interface JudgeWorkerHandle {
  readonly api: Comlink.Remote<JudgeWorkerApi>;
  /** Rejects when the worker did not start or broke. Never resolves. */
  readonly broken: Promise<never>;
  end(): void;
}

/**
 * On a device that saves data the network that reads words is not fetched for advice that the rules give as well: whatever goes
 * to others the server reads by both. Where files are kept for work offline, it is among them.
 */
export function startJudgeWorker(baseUrl: string): JudgeWorkerHandle {
  const worker = new Worker(new URL('../../../workers/judge.worker.ts', import.meta.url), {
    type: 'module',
    name: 'judge',
  });
  const api = Comlink.wrap<JudgeWorkerApi>(worker);
  const kept = navigator.serviceWorker?.controller != null;
  void api.start(baseUrl, kept || !sparesData());
  return {
    api,
    broken: breakage(worker, 'The part of Orator that reads words for the policy did not start.'),
    end: () => worker.terminate(),
  };
}

/** A worker whose script cannot be had, or ends in an error, says so here and nowhere else. */
function breakage(worker: Worker, message: string): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    worker.onerror = ({ message: cause }) =>
      reject(
        new AppError('internal', message, {
          ...(cause ? { cause: new Error(cause) } : {}),
          way: 'Reload the page; if you are offline and never were here before, connect once.',
        }),
      );
  });
  broken.catch(() => undefined); // told to whoever waits for an answer
  return broken;
}
