/**
 * Speech of one paragraph whose text is known and whose times are not: what an engine said that gives sound alone. As
 * for a recording the words are followed where they can be, and the sound is listened to; but nothing is trimmed or cut.
 */
import { type CancelSignal, throwIfCancelled } from '../../base/errors.ts';
import type { Paragraph } from '../../document/script.ts';
import { resample } from '../../output/resample.ts';
import { ALIGN_RATE_HZ, alignLanguage } from '../align/ports.ts';
import { decodePhones } from '../listen/decode-phones.ts';
import type { Ears } from '../listen/ears.ts';
import { quantiseHeard } from '../listen/heard-bytes.ts';
import { quantise16 } from '../pcm.ts';
import type { SpeechTrack } from '../ports.ts';
import { pausesBetween, speechSpans } from './pauses.ts';
import { placeWords } from './placed.ts';
import { reportOn } from './report.ts';
import { type SceneScript, sceneScript } from './script.ts';
import type { Sound } from './sound.ts';
import { timeShot } from './tracks.ts';

export interface HeardTrack {
  readonly track: SpeechTrack;
  /** What does not go together, in one sentence; null where all does. */
  readonly message: string | null;
}

/** @throws AppError network | cancelled | internal */
export async function hearSpeech(
  paragraph: Paragraph,
  { sampleRateHz, pcm }: Sound,
  languageTag: string,
  ears: Ears,
  signal?: CancelSignal,
): Promise<HeardTrack> {
  quantise16(pcm);
  const language = alignLanguage(languageTag);
  const script = sceneScript([paragraph], language);
  const durationS = pcm.length / sampleRateHz;
  const speech = speechSpans(pcm, sampleRateHz);
  const aligned =
    language === null || script.spoken.length === 0
      ? null
      : await ears.aligner.align(
          {
            language,
            pcm: resample(pcm, sampleRateHz, ALIGN_RATE_HZ).slice(),
            words: script.spoken,
            pauses: pausesBetween(speech),
          },
          undefined,
          signal,
        );
  throwIfCancelled(signal);
  const listener = await ears.listener();
  const heard = quantiseHeard(await listener.listen(pcm, sampleRateHz, signal));
  const placing = placeWords(script.spoken, aligned, speech, durationS);
  const { words } = placing;
  const whole = { fromS: 0, toS: durationS, leadS: 0, tailS: 0, firstSpoken: 0, words };
  const timed = timeShot(
    script.paragraphs[0] as SceneScript['paragraphs'][number],
    script.spoken,
    whole,
    durationS,
    decodePhones(heard),
  );
  const { message } = reportOn(script, placing, 0, { language, unreachable: null });
  return { track: { sampleRateHz, pcm, durationS, ...timed, heard }, message };
}
