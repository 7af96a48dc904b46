/**
 * How long an export still takes. Judged by the last few seconds of work, because the first frames are slow (fonts,
 * shaders, caches) and a laptop slows down when it gets warm; silent until there is something to judge by.
 */

const WINDOW_MS = 8_000;
const FIRST_WORD_MS = 1_000;
const FIRST_WORD_FRAMES = 5;
/** Sound and file take about this part of the film's own length; a little is always needed to start them. */
const TAIL_PER_SECOND = 0.06;
const TAIL_S = 1.5;

export class Forecast {
  readonly #total: number;
  readonly #tailS: number;
  /** [time, frames done by then], oldest first, reaching back one window. */
  readonly #marks: [atMs: number, done: number][] = [];

  /** @param frames how many are still to be drawn */
  constructor(frames: number, filmDurationS: number) {
    this.#total = frames;
    this.#tailS = TAIL_S + TAIL_PER_SECOND * filmDurationS;
  }

  /** @param done frames drawn so far @returns seconds left, or null while it is too early to say */
  mark(done: number, nowMs: number): number | null {
    this.#marks.push([nowMs, done]);
    while (this.#marks.length > 2 && nowMs - (this.#marks[1] as [number, number])[0] > WINDOW_MS)
      this.#marks.shift();
    const [fromMs, fromDone] = this.#marks[0] as [number, number];
    if (done - fromDone < FIRST_WORD_FRAMES || nowMs - fromMs < FIRST_WORD_MS) return null;
    const msPerFrame = (nowMs - fromMs) / (done - fromDone);
    return ((this.#total - done) * msPerFrame) / 1000 + this.#tailS;
  }
}
