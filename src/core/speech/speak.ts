/**
 * The first stage of the line: a paragraph and a voice become a SpeechTrack. Normalises the text, lets the engine say
 * it, and lays words, gestures and silences on the track's clock. A track starts and ends in silence long enough for
 * the presenter to rest.
 */
import { AppError, type CancelSignal, throwIfCancelled } from '../base/errors.ts';
import { cacheKey } from '../base/hashing.ts';
import type { CacheKey } from '../base/ids.ts';
import type { Voice } from '../document/project.ts';
import type { Paragraph } from '../document/script.ts';
import type { Ears } from './listen/ears.ts';
import { normalise } from './normalise/normalise.ts';
import { quantise16 } from './pcm.ts';
import type { EnginePhone, EngineSpeech, SpeechEngine, SpeechTrack, TimedPhone, TimedWord } from './ports.ts';
import { hearSpeech } from './recording/hear-speech.ts';
import { type ScriptWords, scriptWords } from './script-words.ts';
import { spreadStress } from './syllable.ts';
import { soundingContent } from './sounding-content.ts';
import { timeGestures } from './gesture-times.ts';

export { decodeSpeechTrack, encodeSpeechTrack } from './speech-track.ts';

/** Raise it when the same paragraph and engine would give another track. */
export const SPEAK_VERSION = 1;

const LEAD_S = 0.25;
const TAIL_S = 0.45;
const EMPTY_S = 0.6;
const EMPTY_RATE_HZ = 16000;

/**
 * Speaks one paragraph.
 * @param ears needed for engines that give sound alone
 * @throws AppError speech-failed | cancelled
 */
export async function speakParagraph(
  paragraph: Paragraph,
  voice: Voice,
  engine: SpeechEngine,
  signal?: CancelSignal,
  ears?: Ears,
): Promise<SpeechTrack> {
  if (voice.engine !== engine.id)
    throw new AppError('speech-failed', `The voice “${voice.name}” is not available on this device.`, {
      way: 'Choose another voice for this scene.',
    });
  const script = scriptWords(paragraph);
  const { tokens, boundaries } = normalise(script.words);
  const said =
    tokens.length === 0
      ? silence()
      : await engine.speak(
          { engineVoice: voice.engineVoice, speed: voice.speed, pitchSt: voice.pitchSt, tokens },
          signal,
        );
  throwIfCancelled(signal);
  const empty = tokens.length === 0;
  // Nothing is said: the pauses asked for are all there is, and a moment.
  const leadS = (empty ? EMPTY_S - TAIL_S + totalPause(script) : LEAD_S) + script.leadingPauseS;
  if (said.phones === null) return hearParagraph(paragraph, voice, said, leadS, ears, signal);
  const laid = layOut({ ...said, phones: said.phones }, leadS);
  const wordOf = (token: number) => (token < 0 ? -1 : (tokens[token]?.word ?? -1));
  const phones = stressed(laid.phones, wordOf);
  const words = timeWords(script, boundaries, phones);
  quantise16(laid.pcm);
  return {
    sampleRateHz: said.sampleRateHz,
    pcm: laid.pcm,
    durationS: laid.pcm.length / said.sampleRateHz,
    words,
    phones,
    gestures: timeGestures(script, words, leadS - script.leadingPauseS, laid.pcm.length / said.sampleRateHz),
    heard: null,
  };
}

/** Everything that changes the sound of a paragraph or its timings; not its id, not its emotion. */
export async function speechKey(
  paragraph: Paragraph,
  voice: Voice,
  engine: SpeechEngine,
  ears?: Ears,
): Promise<CacheKey> {
  return cacheKey(`speak@${SPEAK_VERSION}`, {
    engine: engine.id,
    version: engine.version,
    voice: voice.engineVoice,
    speed: voice.speed,
    pitchSt: voice.pitchSt,
    content: soundingContent(paragraph.content),
    ...(engine.withoutPhones && ears
      ? { aligner: ears.aligner.version, listener: (await ears.listener()).version }
      : {}),
  });
}

/** An engine that gives sound alone: what it said is followed like a recording, and listened to. */
async function hearParagraph(
  paragraph: Paragraph,
  voice: Voice,
  said: EngineSpeech,
  leadS: number,
  ears: Ears | undefined,
  signal?: CancelSignal,
): Promise<SpeechTrack> {
  if (!ears)
    throw new AppError(
      'speech-failed',
      `The voice “${voice.name}” needs a listener, and there is none here.`,
      {
        way: 'Choose another voice for this scene.',
      },
    );
  const { pcm } = layOut({ ...said, phones: [] }, leadS);
  const sound = { sampleRateHz: said.sampleRateHz, pcm };
  return (await hearSpeech(paragraph, sound, voice.language, ears, signal)).track;
}

function totalPause(script: ScriptWords): number {
  return script.words.reduce((sum, word) => sum + word.pauseAfterS, 0);
}

function silence(): EngineSpeech {
  return {
    sampleRateHz: EMPTY_RATE_HZ,
    pcm: new Float32Array(0),
    phones: [],
  };
}

/** Puts silence around what the engine said, in whole samples, and closes every gap between phones. */
function layOut(said: EngineSpeech & { readonly phones: readonly EnginePhone[] }, leadS: number) {
  const rate = said.sampleRateHz;
  const lead = Math.round(leadS * rate);
  const pcm = new Float32Array(lead + said.pcm.length + Math.round(TAIL_S * rate));
  pcm.set(said.pcm, lead);
  const end = pcm.length / rate;
  const phones: EnginePhone[] = [];
  const push = (phone: EnginePhone) => {
    const before = phones.at(-1);
    const startS = before?.endS ?? 0;
    if (phone.endS <= startS) return;
    if (before?.phone === 'sil' && phone.phone === 'sil')
      phones[phones.length - 1] = { ...before, endS: phone.endS };
    else phones.push({ ...phone, startS });
  };
  const quiet = { phone: 'sil', startS: 0, stress: 0, token: -1 } as const;
  push({ ...quiet, endS: lead / rate });
  for (const phone of said.phones) {
    const startS = (lead + Math.round(phone.startS * rate)) / rate;
    push({ ...quiet, endS: startS });
    push({ ...phone, endS: Math.min(end, (lead + Math.round(phone.endS * rate)) / rate) });
  }
  push({ ...quiet, endS: end });
  return { pcm, phones };
}

/** Phones with their word, consonants with their syllable's stress. */
function stressed(phones: readonly EnginePhone[], wordOf: (token: number) => number): TimedPhone[] {
  const out: TimedPhone[] = [];
  for (let from = 0; from < phones.length;) {
    const { token } = phones[from] as EnginePhone;
    let to = from + 1;
    while (to < phones.length && phones[to]?.token === token) to++;
    const part = phones.slice(from, to);
    const stresses = token < 0 ? part : spreadStress(part);
    part.forEach(({ phone, startS, endS }, i) =>
      out.push({ phone, startS, endS, stress: stresses[i]?.stress ?? 0, word: wordOf(token) }),
    );
    from = to;
  }
  return out;
}

/** A word lasts from its first phone to its last; one that is not said has no length, where the one before ends. */
function timeWords(
  script: ScriptWords,
  boundaries: readonly TimedWord['boundary'][],
  phones: readonly TimedPhone[],
): TimedWord[] {
  const spans = new Map<number, { startS: number; endS: number }>();
  for (const { word, startS, endS } of phones) {
    const span = spans.get(word);
    if (span) span.endS = endS;
    else if (word >= 0) spans.set(word, { startS, endS });
  }
  let before = phones.find(({ word }) => word >= 0)?.startS ?? LEAD_S;
  return script.words.map((word, i) => {
    const { startS, endS } = spans.get(i) ?? { startS: before, endS: before };
    before = endS;
    return {
      text: word.text,
      startS,
      endS,
      sourceStart: word.start,
      sourceEnd: word.end,
      emphasis: word.emphasis,
      boundary: boundaries[i] ?? 'none',
    };
  });
}
