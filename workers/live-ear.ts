/**
 * Hears speech in a microphone's sound as it comes: pieces from the worklet go into a stream of the listener, steps go
 * on to render.worker. Pieces that came while the model was busy are heard together, so that nothing queues up.
 */
import { errorToWire } from '#core/base/errors.ts';
import type { Arrival, HeardMessage, SoundPiece } from '#core/pipeline/live-api.ts';
import type { HeardSpeech, SpeechListener } from '#core/speech/listen/heard.ts';

export interface LiveEarPorts {
  /** SoundPiece in. */
  readonly sound: MessagePort;
  /** HeardMessage out. */
  readonly heard: MessagePort;
}

/** Runs until the returned function is called, or until hearing fails, which is told on `heard`. */
export function serveLiveEar(
  listener: Pick<SpeechListener, 'open'>,
  { sound, heard }: LiveEarPorts,
  sampleRateHz: number,
): () => void {
  const stream = listener.open(sampleRateHz);
  let waiting: SoundPiece[] = [];
  let untilS = 0;
  let busy = false;
  let ended = false;

  const end = () => {
    if (ended) return;
    ended = true;
    stream.close();
    sound.close();
  };
  const tell = (message: HeardMessage, parts: Transferable[] = []) => heard.postMessage(message, parts);

  const hear = async () => {
    busy = true;
    try {
      while (waiting.length > 0 && !ended) {
        const pieces = waiting;
        waiting = [];
        const arrivals = pieces.map(({ pcm, arrivedMs }): Arrival => {
          untilS += pcm.length / sampleRateHz;
          return { untilS, arrivedMs };
        });
        const steps = await stream.push(joined(pieces));
        if (!ended) tell({ type: 'heard', heard: steps, arrivals }, buffersOf(steps));
      }
    } catch (error) {
      if (!ended) tell({ type: 'failed', error: errorToWire(error) });
      end();
    } finally {
      busy = false;
    }
  };
  sound.onmessage = ({ data }: MessageEvent<SoundPiece>) => {
    waiting.push(data);
    if (!busy) void hear();
  };
  return end;
}

function joined(pieces: readonly SoundPiece[]): Float32Array<ArrayBuffer> {
  const [first] = pieces;
  if (first && pieces.length === 1) return first.pcm;
  const all = new Float32Array(pieces.reduce((sum, { pcm }) => sum + pcm.length, 0));
  let at = 0;
  for (const { pcm } of pieces) {
    all.set(pcm, at);
    at += pcm.length;
  }
  return all;
}

/** Each once: a listener may answer with views of one buffer. */
function buffersOf({ mouth, phones, voice, pitchSt, energy, emphasis }: HeardSpeech): ArrayBuffer[] {
  return [...new Set([mouth, phones, voice, pitchSt, energy, emphasis].map(({ buffer }) => buffer))];
}
