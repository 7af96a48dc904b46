/**
 * Sound → HeardSpeech, by the lip-sync network. Streams and whole sounds take the same way: samples become columns,
 * columns become steps as soon as the look-ahead is there. Before the first sound there was silence, and after the
 * last there is.
 */
import { AppError, type CancelSignal, throwIfCancelled } from '../../base/errors.ts';
import type { ModelSession } from '../../model/runtime.ts';
import { type Tensor, tensor } from '../../model/tensor.ts';
import { createResampler } from '../../output/resample.ts';
import { PHONES } from '../phone.ts';
import { concatHeard, HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from './heard.ts';
import type { ListenStream, SpeechListener } from './heard.ts';
import { LIPSYNC } from './lipsync-model.ts';
import { createMelStream, MEL, silentColumn } from './mel.ts';

/** Raised when the same model would be asked or read differently. */
const LISTEN_VERSION = 1;
/** Steps to a run at most: five seconds, so that progress shows and cancelling is prompt. */
const STEPS_A_RUN = 250;
/** A whole sound goes in in pieces of this length. */
const PIECE_S = 5;
const SEMITONES_AN_OCTAVE = 12;
const { columnsPerStep, leftColumns, rightColumns } = LIPSYNC;
/** What most runs over a long sound take: hosts may make themselves ready for inputs of this width. */
export const LONGEST_RUN_COLUMNS = leftColumns + columnsPerStep * STEPS_A_RUN + rightColumns;

/** @param session the model `lipsync`, which stays the caller's to close when the listener is done with it. */
export function createListener(session: ModelSession, modelVersion: string): SpeechListener {
  const { precision, sha256 } = session.variant;
  return {
    // The weights themselves, too: a model that is trained anew may forget to say so.
    version: `listen@${LISTEN_VERSION}/${modelVersion}+${sha256.slice(0, 12)}/${precision}`,
    async listen(pcm, sampleRateHz, signal) {
      const stream = openStream(session, sampleRateHz, signal);
      const piece = Math.round(PIECE_S * sampleRateHz);
      const parts: HeardSpeech[] = [];
      for (let at = 0; at < pcm.length; at += piece) {
        throwIfCancelled(signal);
        parts.push(await stream.push(pcm.subarray(at, at + piece)));
      }
      parts.push(await stream.finish());
      return concatHeard(parts);
    },
    open: (sampleRateHz) => openStream(session, sampleRateHz),
    close: () => session.close(),
  };
}

function openStream(session: ModelSession, sampleRateHz: number, signal?: CancelSignal): ListenStream {
  const resampler = createResampler(sampleRateHz, MEL.sampleRateHz);
  const mel = createMelStream();
  let columns = repeated(silentColumn(), leftColumns);
  let samplesIn = 0;
  let stepsOut = 0;
  let state: 'open' | 'finished' | 'closed' = 'open';
  // Pushes may come faster than runs end: each waits for the one before it.
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  }

  function hear(samples: Float32Array): void {
    columns = joined(columns, mel.push(samples));
  }

  async function drain(most = Infinity): Promise<HeardSpeech> {
    const parts: HeardSpeech[] = [];
    for (;;) {
      const ready = Math.floor((columns.length / MEL.bands - leftColumns - rightColumns) / columnsPerStep);
      const steps = Math.min(ready, STEPS_A_RUN, most - stepsOut);
      if (steps <= 0) return concatHeard(parts);
      throwIfCancelled(signal);
      if (state === 'closed') throw new AppError('cancelled', 'Stopped.');
      const width = leftColumns + columnsPerStep * steps + rightColumns;
      const input = bandMajor(columns, width);
      const answer = await session.run({ mel: tensor([1, MEL.bands, width], input) }, signal);
      parts.push(readAnswer(answer, steps));
      columns = columns.slice(columnsPerStep * steps * MEL.bands);
      stepsOut += steps;
    }
  }

  return {
    push(pcm) {
      if (state !== 'open') return Promise.reject(new AppError('internal', 'This sound has already ended.'));
      samplesIn += pcm.length;
      // Copied now: the caller may use its buffer again before our turn comes.
      const samples = pcm.slice();
      return inTurn(() => {
        hear(resampler.push(samples));
        return drain();
      });
    },
    finish() {
      if (state !== 'open') return Promise.reject(new AppError('internal', 'This sound has already ended.'));
      state = 'finished';
      return inTurn(() => {
        const total = Math.ceil((samplesIn / sampleRateHz) * HEARD_RATE_HZ - 1e-6);
        hear(resampler.finish());
        hear(new Float32Array((rightColumns + columnsPerStep + 4) * MEL.hopSamples));
        return drain(total);
      });
    },
    close() {
      state = 'closed';
    },
  };
}

/** The first `width` columns, turned from column after column to band after band. */
function bandMajor(columns: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(MEL.bands * width);
  for (let c = 0; c < width; c++)
    for (let band = 0; band < MEL.bands; band++)
      out[band * width + c] = columns[c * MEL.bands + band] as number;
  return out;
}

function readAnswer(answer: Readonly<Record<string, Tensor>>, steps: number): HeardSpeech {
  const part = (name: string, width: number): Float32Array<ArrayBuffer> => {
    const found = answer[name];
    if (found?.data.length !== steps * width)
      throw new AppError(
        'internal',
        `The lip-sync model answered with ${found?.data.length ?? 'no'} values of “${name}”.`,
      );
    return found.data;
  };
  const prosody = part('prosody', 4);
  const column = (index: number, unit = 1) =>
    Float32Array.from({ length: steps }, (_, i) => unit * (prosody[4 * i + index] as number));
  return {
    steps,
    mouth: part('mouth', HEARD_MOUTH.length),
    phones: part('phones', PHONES.length),
    voice: column(0),
    pitchSt: column(1, SEMITONES_AN_OCTAVE),
    energy: column(2),
    emphasis: column(3),
  };
}

function repeated(column: Float32Array, times: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(column.length * times);
  for (let i = 0; i < times; i++) out.set(column, i * column.length);
  return out;
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
