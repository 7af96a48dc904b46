/** The pitch of a voice's sound, tracked only where its phones can have one. */
import { isVoiced, type Phone } from '../phone.ts';
import { trackPeriods } from '../psola.ts';
import type { FliteVoice } from './voices.ts';

/**
 * @param scale how far the sound has been moved from the voice's own pitch: a ratio.
 * @param wanted where the pitch is needed at all; elsewhere frames count as unvoiced.
 */
export function periodsOf(
  pcm: Float32Array,
  sampleRateHz: number,
  segments: readonly { readonly phones: readonly Phone[]; readonly endS: number }[],
  voice: FliteVoice,
  scale = 1,
  wanted: (sample: number) => boolean = () => true,
): Float32Array {
  let at = 0;
  return trackPeriods(
    pcm,
    sampleRateHz,
    { lowHz: voice.pitchRange.lowHz * scale, highHz: voice.pitchRange.highHz * scale },
    (sample) => {
      const timeS = sample / sampleRateHz;
      while (at + 1 < segments.length && (segments[at]?.endS ?? 0) <= timeS) at++;
      return wanted(sample) && (segments[at]?.phones.some(isVoiced) ?? false);
    },
  );
}
