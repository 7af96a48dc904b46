/** The four voices inside flite.wasm, what they are called here, and what we must know of each to use it well. */
import type { EngineVoiceInfo } from '../ports.ts';
import type { PitchRange } from '../psola.ts';

export interface FliteVoice extends EngineVoiceInfo {
  /** Flite's own name for it. */
  readonly fliteVoice: string;
  /** Mean and spread of its pitch, Hz: what `int_f0_target_mean` and `…_stddev` are without us. */
  readonly pitchMeanHz: number;
  readonly pitchSpreadHz: number;
  /**
   * False where Flite ignores pitch settings (rms models its pitch with SPAM) or stops them short (kal16 at 50 Hz);
   * then we shift the sound itself.
   */
  readonly obeysPitch: boolean;
  /** Where its pitch can be, for tracking. */
  readonly pitchRange: PitchRange;
  /** Brings the voices to one loudness: their vowels then lie near −17 dB of full scale. */
  readonly gain: number;
}

export const FLITE_VOICES: readonly FliteVoice[] = [
  {
    engineVoice: 'slt',
    fliteVoice: 'slt',
    name: 'Grace',
    language: 'en-US',
    description: 'A clear, friendly American woman. The best all-rounder.',
    pitchMeanHz: 172,
    pitchSpreadHz: 27,
    obeysPitch: true,
    pitchRange: { lowHz: 110, highHz: 320 },
    gain: 0.75,
  },
  {
    engineVoice: 'rms',
    fliteVoice: 'rms',
    name: 'Marcus',
    language: 'en-US',
    description: 'A calm, deep American man. Good for explaining.',
    pitchMeanHz: 98,
    pitchSpreadHz: 24,
    obeysPitch: false,
    pitchRange: { lowHz: 62, highHz: 190 },
    gain: 1.1,
  },
  {
    engineVoice: 'awb',
    fliteVoice: 'awb',
    name: 'Angus',
    language: 'en-GB',
    description: 'A brisk Scottish man with a light, lively voice.',
    pitchMeanHz: 132,
    pitchSpreadHz: 25,
    obeysPitch: true,
    pitchRange: { lowHz: 85, highHz: 240 },
    gain: 1,
  },
  {
    // Flite's `kal` is the same voice at 8 kHz; kal16 keeps the consonants.
    engineVoice: 'kal',
    fliteVoice: 'kal16',
    name: 'Kai',
    language: 'en-US',
    description: 'A classic robot voice: even, precise, unmistakably a machine.',
    pitchMeanHz: 95,
    pitchSpreadHz: 11,
    obeysPitch: false,
    pitchRange: { lowHz: 60, highHz: 180 },
    gain: 2,
  },
];

export function fliteVoice(engineVoice: string): FliteVoice | undefined {
  return FLITE_VOICES.find((voice) => voice.engineVoice === engineVoice);
}
