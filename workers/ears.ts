/**
 * The ears of this device, in the worker that speaks: the aligner and the lip-sync model. Both are loaded when they are
 * first needed, and stay.
 */
import { openListener } from '#core/speech/listen/open-listener.ts';
import type { Ears } from '#core/speech/listen/ears.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { openGpu } from './adapters/gpu.ts';
import { fetchModelFiles } from './adapters/model-files.ts';
import { ortWebRuntime } from './adapters/ort-web.ts';
import { soundswallowerWebAligner } from './adapters/soundswallower-web.ts';

export interface DeviceEars extends Ears {
  /** As Ears.listener, streams included. */
  listener(): Promise<SpeechListener>;
}

/** @param engine says words that the aligner's dictionary does not know */
export function createEars(baseUrl: string, engine: SpeechEngine): DeviceEars {
  const files = fetchModelFiles(baseUrl);
  let opening: Promise<SpeechListener> | null = null;
  return {
    aligner: soundswallowerWebAligner(baseUrl, (words) => engine.pronounce?.(words) ?? Promise.resolve([])),
    listener() {
      if (opening) return opening;
      const opened = openListener(ortWebRuntime({ files, gpu: openGpu }), files);
      opening = opened;
      // A load that failed may be tried again: the network can come back.
      opened.catch(() => (opening = null));
      return opened;
    },
  };
}
