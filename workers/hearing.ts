/**
 * The listener of speech.worker: the lip-sync model, opened when the first sound is to be heard and kept. It asks for a
 * graphics device then, and gives it back where the processor does better. A device that goes away later costs a whole
 * sound nothing but time: it is heard again, on the processor.
 */
import { AppError, errorToWire } from '#core/base/errors.ts';
import type { ModelRuntime } from '#core/model/runtime.ts';
import type { ListenerReport } from '#core/pipeline/worker-api.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { createListener } from '#core/speech/listen/listener.ts';
import { openLipsync } from '#core/speech/listen/open-listener.ts';
import { openGpu, type Gpu } from './adapters/gpu.ts';
import { fetchModelFiles } from './adapters/model-files.ts';
import { ortWebRuntime } from './adapters/ort-web.ts';

export interface Hearing {
  /** Opens the model the first time. @throws AppError not-found | network | corrupt-file | internal */
  listener(): Promise<SpeechListener>;
  /** Never fails: that there is no listener here is an answer, too. */
  report(): Promise<ListenerReport>;
}

interface Opened {
  readonly listener: SpeechListener;
  readonly report: ListenerReport;
}

/**
 * @param baseUrl where static files are served from, such as `/`
 * @param runtime one of its own unless told; tests bring one whose device they can lose
 */
export function createHearing(baseUrl: string, runtime?: ModelRuntime): Hearing {
  let card: Promise<Gpu | null> | null = null;
  const files = fetchModelFiles(baseUrl);
  const host = runtime ?? ortWebRuntime({ files, gpu: () => (card ??= openGpu()) });
  let opened: Promise<Opened> | null = null;

  const open = async (): Promise<Opened> => {
    const { manifest, session } = await openLipsync(host, files);
    if (session.provider !== 'webgpu') (await card)?.device.destroy();
    const { id, version } = manifest;
    return {
      listener: createListener(session, version),
      report: { model: `${id} ${version}`, placement: session.placement, error: null },
    };
  };
  const ready = () => {
    // A device that goes away meanwhile leaves the processor. Any other failure may be tried again: the network can
    // come back.
    opened ??= open()
      .catch((error: unknown) => {
        if (isLoss(error)) return open();
        throw error;
      })
      .catch((error: unknown) => {
        opened = null;
        throw error;
      });
    return opened;
  };

  /** Does some work with the listener; one whose device went away meanwhile is not asked again. */
  const noticing = async <T>(used: Promise<Opened>, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isLoss(error) && opened === used) {
        opened = null;
        await (await used).listener.close();
      }
      throw error;
    }
  };

  return {
    async listener() {
      const used = ready();
      const { listener } = await used;
      return {
        version: listener.version,
        listen: (pcm, sampleRateHz, signal) =>
          noticing(used, () => listener.listen(pcm, sampleRateHz, signal)).catch(async (error: unknown) => {
            if (!isLoss(error)) throw error;
            return (await ready()).listener.listen(pcm, sampleRateHz, signal);
          }),
        open(sampleRateHz) {
          const stream = listener.open(sampleRateHz);
          return {
            push: (pcm) => noticing(used, () => stream.push(pcm)),
            finish: () => noticing(used, () => stream.finish()),
            close: () => stream.close(),
          };
        },
        close: () => Promise.resolve(), // it is kept for the next sound
      };
    },
    async report() {
      try {
        return (await ready()).report;
      } catch (error) {
        return { model: LIPSYNC.id, placement: null, error: errorToWire(error) };
      }
    },
  };
}

function isLoss(error: unknown): boolean {
  return error instanceof AppError && error.code === 'device-lost';
}
