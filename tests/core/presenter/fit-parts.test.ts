/** A fit that was stopped goes on from the parts of it that were kept, as if it had never been. */
import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';
import { encodeFootageFit } from '#core/presenter/footage/fit.ts';
import { createFootageFitter, type FitPart } from '#core/presenter/footage/fit/fitter.ts';
import { madePicture, madeTrack } from './made-person.ts';

const FRAMES = 80;
const PERSON = {
  frameCount: FRAMES,
  talks: () => true,
  opening: (s: number) => 0.14 * (1 + Math.sin(20 * s)),
};
const LAYOUT = { colourHeight: 1, matte: null };
const track = madeTrack(PERSON);
const pictures = Array.from({ length: FRAMES }, (_, i) => madePicture(i, PERSON));

test('parts given back in order are as good as having looked', () => {
  const whole = createFootageFitter(track);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let i = 0; i < FRAMES; i++) {
    whole.look(i, pictures[i]!);
    if (i !== 29 && i !== 59) continue;
    parts.push(encodeRecord(whole.partFrom(from)));
    from = i + 1;
  }
  const wanted = encodeFootageFit(whole.finish(null, LAYOUT));
  for (const count of [1, 2]) {
    const resumed = createFootageFitter(track);
    let next = 0;
    for (const bytes of parts.slice(0, count)) {
      const part = decodeRecord(bytes) as FitPart;
      expect(part.from).toBe(next);
      resumed.goOn(part);
      next = part.to;
    }
    expect(next).toBe(30 * count);
    for (; next < FRAMES; next++) resumed.look(next, pictures[next]!);
    expect(encodeFootageFit(resumed.finish(null, LAYOUT))).toEqual(wanted);
  }
  // What a part holds is needed: without it the fit is another.
  const gap = createFootageFitter(track);
  for (let i = 30; i < FRAMES; i++) gap.look(i, pictures[i]!);
  expect(encodeFootageFit(gap.finish(null, LAYOUT))).not.toEqual(wanted);
});
