/**
 * The worker in which everything that speaks lives. The app asks it for voices and for a sentence to listen to; other
 * workers get a port of their own to the engine.
 */
import * as Comlink from '#shared/comlink.ts';
import { errorToWire } from '#core/base/errors.ts';
import type { ParagraphId } from '#core/base/ids.ts';
import type { Voice } from '#core/document/project.ts';
import type { SpeechWorkerApi } from '#core/pipeline/worker-api.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { fliteWebEngine } from './adapters/flite-web.ts';
import { serveEars } from './adapters/remote-ears.ts';
import { serveSpeech } from './adapters/remote-speech.ts';
import { createEars, type DeviceEars } from './ears.ts';

const engine: SpeechEngine = fliteWebEngine();
let ears: DeviceEars | null = null;

const api: SpeechWorkerApi = {
  async voices() {
    return engine.voices().map((voice) => ({ ...voice, engine: engine.id }));
  },

  async listen(voice: Voice, text: string) {
    try {
      const paragraph = {
        id: 'listen' as ParagraphId,
        content: [{ kind: 'text', text }],
        emotion: 'neutral',
      } as const;
      const { sampleRateHz, pcm } = await speakParagraph(paragraph, voice, engine);

      return Comlink.transfer({ sampleRateHz, pcm }, [pcm.buffer]);
    } catch (error) {
      // Comlink carries a thrown plain object as it is; an Error would lose its code.
      const wire: unknown = errorToWire(error);
      throw wire;
    }
  },

  async connect(port: MessagePort) {
    serveSpeech(port, engine);
  },

  async connectEars(port: MessagePort, baseUrl: string) {
    ears ??= createEars(baseUrl, engine);
    serveEars(port, ears);
  },
};

Comlink.expose(api);
