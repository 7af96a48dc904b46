/**
 * The first stage of the line for a scene that a recording speaks: script and sound become one SpeechTrack a
 * paragraph. Sound is decoded, levelled and followed once; what was found is kept under a key of everything that
 * decides it, so that a changed gesture costs nothing and a changed word one alignment.
 */
import { AppError, type CancelSignal, isCancelled, throwIfCancelled, toAppError } from '../../base/errors.ts';
import { cacheKey } from '../../base/hashing.ts';
import type { AssetHash, CacheKey } from '../../base/ids.ts';
import type { Recording } from '../../document/project.ts';
import type { Paragraph } from '../../document/script.ts';
import type { AssetStore } from '../../output/ports.ts';
import { resample } from '../../output/resample.ts';
import { ALIGN_RATE_HZ, type AlignedWord, alignLanguage } from '../align/ports.ts';
import { decodePhones } from '../listen/decode-phones.ts';
import type { Ears } from '../listen/ears.ts';
import { quantiseHeard } from '../listen/heard-bytes.ts';
import { quantise16 } from '../pcm.ts';
import type { SpeechTrack } from '../ports.ts';
import { soundingContent } from '../sounding-content.ts';
import { pausesBetween, type Span } from './pauses.ts';
import { type Placing, placeWords } from './placed.ts';
import { type RecordingReport, refuseUnheard, reportOn } from './report.ts';
import { type SceneScript, sceneScript } from './script.ts';
import { prepareSound, type PreparedSound, type Sound, SOUND_VERSION } from './sound.ts';
import { cutShots, shotSound, silentSound, timeShot } from './tracks.ts';

/** Raise it when the same sound, script and alignment would give other tracks. */
const RECORDING_VERSION = 1;

/** What recordings need of where they are spoken. */
export interface RecordingHost extends Ears {
  /**
   * The part [startS, endS) of a stored sound, its channels mixed into one.
   * @throws AppError not-found | unsupported-media | corrupt-file | cancelled
   */
  decode(asset: AssetHash, startS: number, endS: number, signal?: CancelSignal): Promise<Sound>;
  readonly store: AssetStore;
  readonly memory: SoundMemory;
}

/** The sound prepared last: while a script is edited it is asked for again and again. */
export class SoundMemory {
  #key = '';
  #sound: Promise<PreparedSound> | null = null;

  get(key: string, make: () => Promise<PreparedSound>): Promise<PreparedSound> {
    if (this.#sound !== null && this.#key === key) return this.#sound;
    const made = make();
    [this.#key, this.#sound] = [key, made];
    // A failure is not remembered.
    made.catch(() => {
      if (this.#sound === made) this.#sound = null;
    });
    return made;
  }
}

export interface RecordedShot {
  /** Of everything that decides the track. */
  readonly key: CacheKey;
  /** Makes it; the caller keeps it. @throws AppError cancelled | internal, and what decoding throws */
  track(signal?: CancelSignal): Promise<SpeechTrack>;
}

export interface RecordedScene {
  /** One a paragraph, in order. */
  readonly shots: readonly RecordedShot[];
  readonly report: RecordingReport;
}

/** What is known of a sound against a script; kept, so that neither decoding nor aligning is done twice. */
interface Followed {
  readonly sampleRateHz: number;
  readonly durationS: number;
  readonly offsetS: number;
  readonly speech: readonly Span[];
  /** Null: nothing of the language could be followed. */
  readonly aligned: readonly (AlignedWord | null)[] | null;
}

/**
 * @param onProgress fraction of the following done, 0…1
 * @throws AppError not-found | unsupported-media | corrupt-file | cancelled | internal
 */
export async function speakRecording(
  paragraphs: readonly Paragraph[],
  recording: Recording,
  host: RecordingHost,
  signal?: CancelSignal,
  onProgress?: (fraction: number) => void,
): Promise<RecordedScene> {
  const { listener, missing } = await listenerOf(host);
  throwIfCancelled(signal);
  const language = alignLanguage(recording.language);
  const script = sceneScript(paragraphs, language);
  const { asset, startS, endS } = recording;
  const sound = () => host.memory.get(`${asset} ${startS} ${endS}`, () => prepared(host, recording, signal));
  const { followed, unreachable } = await follow(script, recording, sound, host, signal, onProgress);
  const { speech, durationS, sampleRateHz } = followed;
  const placing: Placing = placeWords(script.spoken, followed.aligned, speech, durationS);
  if (missing) refuseUnheard(placing.found, missing);
  const cuts = cutShots(script, placing.words, speech, durationS);
  const shots = await Promise.all(
    cuts.map(async (cut, p): Promise<RecordedShot> => {
      const paragraph = script.paragraphs[p] as SceneScript['paragraphs'][number];
      const key = await cacheKey(`recorded@${RECORDING_VERSION}.${SOUND_VERSION}`, {
        ...(cut === null ? { silent: sampleRateHz } : { asset, startS, endS, cut }),
        content: soundingContent((paragraphs[p] as Paragraph).content),
        // Without it, by the words alone: under another key, so that it is heard as soon as it can be.
        listener: listener?.version ?? null,
      });
      const track = async (stop?: CancelSignal): Promise<SpeechTrack> => {
        const pcm = cut === null ? silentSound(sampleRateHz) : shotSound(await sound(), cut);
        throwIfCancelled(stop);
        quantise16(pcm);
        const length = pcm.length / sampleRateHz;
        const heard =
          cut === null || listener === null
            ? null
            : quantiseHeard(await listener.listen(pcm, sampleRateHz, stop));
        const overheard = heard === null ? [] : decodePhones(heard);
        const timed = timeShot(paragraph, script.spoken, cut, length, overheard);
        return { sampleRateHz, pcm, durationS: length, ...timed, heard };
      };
      return { key, track };
    }),
  );
  return {
    shots,
    report: reportOn(script, placing, followed.offsetS + startS, {
      language,
      unreachable,
      deaf: missing !== null,
    }),
  };
}

/** Where the model cannot be opened, words that were found still move a mouth. */
async function listenerOf(host: RecordingHost): Promise<{
  readonly listener: Awaited<ReturnType<RecordingHost['listener']>> | null;
  readonly missing: AppError | null;
}> {
  try {
    return { listener: await host.listener(), missing: null };
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { listener: null, missing: toAppError(error) };
  }
}

async function prepared(
  host: RecordingHost,
  { asset, startS, endS }: Recording,
  signal?: CancelSignal,
): Promise<PreparedSound> {
  const part = await host.decode(asset, startS, endS, signal);
  if (part.pcm.length === 0)
    throw new AppError('invalid-input', 'There is no sound in the part of the recording that is used.', {
      way: 'Move its ends apart, or record it again.',
    });
  return prepareSound(part);
}

async function follow(
  script: SceneScript,
  recording: Recording,
  sound: () => Promise<PreparedSound>,
  host: RecordingHost,
  signal?: CancelSignal,
  onProgress?: (fraction: number) => void,
): Promise<{ readonly followed: Followed; readonly unreachable: AppError | null }> {
  const { asset, startS, endS } = recording;
  const language = script.spoken.length === 0 ? null : alignLanguage(recording.language);
  const key = await cacheKey(`follow@${RECORDING_VERSION}.${SOUND_VERSION}`, {
    asset,
    startS,
    endS,
    language,
    ...(language === null
      ? {}
      : {
          aligner: host.aligner.version,
          words: script.spoken.map(({ spoken, phones }) => [spoken, phones]),
        }),
  });
  const kept = await host.store.getProduct('followed', key);
  if (kept) return { followed: JSON.parse(new TextDecoder().decode(kept)) as Followed, unreachable: null };

  onProgress?.(0); // from here on it takes a while
  const { pcm, sampleRateHz, offsetS, speech } = await sound();
  const known = { sampleRateHz, durationS: pcm.length / sampleRateHz, offsetS, speech };
  let aligned: Followed['aligned'] = null;
  if (language !== null)
    try {
      const request = {
        language,
        pcm: resample(pcm, sampleRateHz, ALIGN_RATE_HZ).slice(),
        words: script.spoken.map(({ spoken, phones }) => ({ spoken, ...(phones ? { phones } : {}) })),
        pauses: pausesBetween(speech),
      };
      aligned = await host.aligner.align(request, onProgress, signal);
    } catch (error) {
      // Without its models nothing can be followed today; the sound speaks all the same, and is followed next time.
      if (isCancelled(error) || !(error instanceof AppError) || error.code !== 'network') throw error;
      return { followed: { ...known, aligned: null }, unreachable: error };
    }
  const followed: Followed = { ...known, aligned };
  try {
    await host.store.putProduct('followed', key, new TextEncoder().encode(JSON.stringify(followed)));
  } catch (error) {
    // A full disk costs the next start a moment of following.
    if (!(error instanceof AppError) || error.code !== 'storage-full') throw error;
  }
  return { followed, unreachable: null };
}
