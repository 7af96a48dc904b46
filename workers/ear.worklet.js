/**
 * The ear: takes a microphone's sound in the audio thread and sends it on in pieces of 10 ms, straight to the worker that
 * hears speech in it. The page is told the level alone, for its meter. Plain JavaScript, because a worklet is loaded as
 * it stands. Silence comes out of it.
 */

/** Of a second. */
const PIECE = 1 / 100;
/** Pieces between two levels. */
const PIECES_A_LEVEL = 6;

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate * PIECE);
    this.pcm = new Float32Array(this.size);
    this.filled = 0;
    this.power = 0;
    this.pieces = 0;
    /** @type {MessagePort | null} */
    this.sound = null;
    this.ended = false;
    this.port.onmessage = ({ data }) => {
      if (data === 'end') this.ended = true;
      else this.sound = data;
    };
  }

  process([channels]) {
    const [first] = channels;
    if (this.ended) return false;
    // An input that is not connected any more has no channels; the clock goes on in silence.
    for (let i = 0; i < (first ? first.length : 128); i++) {
      const value = first ? first[i] : 0;
      this.power += value * value;
      this.pcm[this.filled++] = value;
      if (this.filled === this.size) this.send();
    }
    return true;
  }

  send() {
    if (this.sound) this.sound.postMessage({ pcm: this.pcm, arrivedMs: Date.now() }, [this.pcm.buffer]);
    this.pcm = new Float32Array(this.size);
    this.filled = 0;
    if (++this.pieces < PIECES_A_LEVEL) return;
    this.port.postMessage(Math.sqrt(this.power / (this.pieces * this.size)));
    this.pieces = 0;
    this.power = 0;
  }
}

registerProcessor('ear', Ear);
