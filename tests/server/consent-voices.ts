/** Test help: Flite's voices saying codes and sentences, at the checks' own rate. */
import type { VoiceId } from '#core/base/ids.ts';
import { resample } from '#core/output/resample.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { paragraph } from '#tests/core/speech/say.ts';
import { nodeEngine } from './flite-node.ts';
import { RATE_HZ } from './consent-evidence.ts';

const engine = nodeEngine();
export const FLITE_VOICES = ['slt', 'rms', 'awb', 'kal'] as const;
export type FliteVoice = (typeof FLITE_VOICES)[number];

export async function spoken(text: string, name: FliteVoice, speed = 1): Promise<Float32Array<ArrayBuffer>> {
  const track = await speakParagraph(
    paragraph(text),
    {
      id: 'v' as VoiceId,
      name,
      engine: 'flite',
      engineVoice: name,
      language: 'en-US',
      speed,
      pitchSt: 0,
      likeness: { kind: 'synthetic' },
    },
    engine,
  );
  return resample(track.pcm, track.sampleRateHz, RATE_HZ);
}

/** As a person reads a code: word by word. */
export function spokenCode(words: readonly string[], voice: FliteVoice, speed = 1) {
  return spoken(`${words.join(', ')}.`, voice, speed);
}
