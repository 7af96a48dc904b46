/**
 * The worker in which everything that speaks lives. The app asks it for voices and for a sentence to listen to; other
 * workers get a port of their own to the engine.
 */
import * as Comlink from '#shared/comlink.ts';
import { AppError, errorFromWire, errorToWire } from '#core/base/errors.ts';
import type { JobId, ParagraphId } from '#core/base/ids.ts';
import type { Voice } from '#core/document/project.ts';
import type { HearingStream, SpeechWorkerApi } from '#core/pipeline/worker-api.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { fliteWebEngine } from './adapters/flite-web.ts';
import { serveEars } from './adapters/remote-ears.ts';
import { serveSpeech } from './adapters/remote-speech.ts';
import { createEars, type DeviceEars } from './ears.ts';
import { serveLiveEar } from './live-ear.ts';

const engine: SpeechEngine = fliteWebEngine();
let staticFiles = '/';
let made: DeviceEars | null = null;
const ears = () => (made ??= createEars(staticFiles, engine));
/** Sounds that are being listened to; cancelled by their ids. */
const heard = new Map<JobId, { aborted: boolean }>();
/** Ends what is heard live. */
let stopHearing: () => void = () => undefined;

const api: SpeechWorkerApi = {
  async start(baseUrl: string) {
    staticFiles = baseUrl;
  },

  async voices() {
    return engine.voices().map((voice) => ({ ...voice, engine: engine.id }));
  },

  listen(voice: Voice, text: string) {
    return crossing(async () => {
      const paragraph = {
        id: 'listen' as ParagraphId,
        content: [{ kind: 'text', text }],
        emotion: 'neutral',
      } as const;
      const { sampleRateHz, pcm } = await speakParagraph(paragraph, voice, engine);

      return Comlink.transfer({ sampleRateHz, pcm }, [pcm.buffer]);
    });
  },

  hear(id: JobId, pcm: Float32Array<ArrayBuffer>, sampleRateHz: number) {
    const signal = { aborted: false };
    heard.set(id, signal);
    return crossing(async () => (await ears().listener()).listen(pcm, sampleRateHz, signal)).finally(() =>
      heard.delete(id),
    );
  },

  async cancelHearing(id: JobId) {
    const signal = heard.get(id);
    if (signal) signal.aborted = true;
  },

  openHearing(sampleRateHz: number) {
    return crossing(async () => {
      const stream = (await ears().listener()).open(sampleRateHz);
      return Comlink.proxy<HearingStream>({
        push: (pcm) => crossing(() => stream.push(pcm)),
        finish: () => crossing(() => stream.finish()),
        close: async () => stream.close(),
      });
    });
  },

  hearLive({ sound, heard: steps }, sampleRateHz) {
    return crossing(async () => {
      stopHearing();
      let wanted = true;
      stopHearing = () => (wanted = false);
      const report = await ears().report();
      if (report.placement === null) throw errorFromWire(report.error);
      const listener = await ears().listener();
      if (!wanted) throw new AppError('cancelled', 'Stopped.');
      stopHearing = serveLiveEar(listener, { sound, heard: steps }, sampleRateHz);
      return report.placement;
    });
  },

  async stopHearing() {
    stopHearing();
  },

  listenerReport: () => ears().report(),

  async connect(port: MessagePort) {
    serveSpeech(port, engine);
  },

  async connectEars(port: MessagePort) {
    serveEars(port, ears());
  },
};

/** Comlink carries a thrown plain object as it is; an Error would lose its code. */
async function crossing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wire: unknown = errorToWire(error);
    throw wire;
  }
}

Comlink.expose(api);
