/**
 * The ears of this device, in the worker that speaks: the aligner and the lip-sync model. Both are loaded when they are
 * first needed, and stay.
 */
import type { SpeechEngine } from '#core/speech/ports.ts';
import type { StreamingEars } from './adapters/remote-ears.ts';
import { soundswallowerWebAligner } from './adapters/soundswallower-web.ts';
import { createHearing, type Hearing } from './hearing.ts';

export type DeviceEars = StreamingEars & Hearing;

/** @param engine says words that the aligner's dictionary does not know */
export function createEars(baseUrl: string, engine: SpeechEngine): DeviceEars {
  return {
    aligner: soundswallowerWebAligner(baseUrl, (words) => engine.pronounce?.(words) ?? Promise.resolve([])),
    ...createHearing(baseUrl),
  };
}
