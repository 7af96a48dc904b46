/** Two ways of speaking in one film, told apart by where the person looks; a person made of numbers. */
import { expect, test } from 'vitest';
import { RATE_25 } from '#core/base/time.ts';
import { animate } from '#core/motion/animate.ts';
import { findModes } from '#core/presenter/footage/base/labels.ts';
import { walkBase } from '#core/presenter/footage/base/walk.ts';
import { MEASURES, type FootageTrack } from '#core/track/footage-track.ts';
import { longTalk, say } from '../motion/synthetic.ts';
import { madeFit } from './made-person.ts';

const { track, graph } = madeFit();
const YAW = MEASURES.indexOf('headYaw');

/** The same film, from a frame on beside the camera. */
function aside(from: number, yaw: number): FootageTrack {
  const measures = track.measures.slice();
  for (let f = from; f < track.frameCount; f++) measures[f * MEASURES.length + YAW]! += yaw;
  return { ...track, measures };
}

test('a film to the camera is a presentation, whole', () => {
  const { mode, modes } = findModes(track, graph.rest);
  expect(modes.map(({ kind }) => kind)).toEqual(['presentation']);
  expect(mode.every((m) => m === 0)).toBe(true);
});

test('an interview joined to a presentation is told apart, on the frame but for the second it takes to turn', () => {
  const half = track.frameCount >> 1;
  const rest = 10;
  const { mode, modes } = findModes(aside(half, 0.5), rest);
  expect(modes.map(({ kind }) => kind)).toEqual(['presentation', 'interview']);
  expect(modes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect([...mode.slice(0, half - 25)].every((m) => m === 0)).toBe(true);
  expect([...mode.slice(half + 25)].every((m) => m === 1)).toBe(true);
});

test('a walk stays in the mode it rests in far more than chance would have it', () => {
  const half = track.frameCount >> 1;
  const first = graph.rest < half;
  const labels = { ...graph.labels, ...findModes(aside(half, 0.5), graph.rest) };
  const { speech, paragraph } = say(longTalk(12), { id: 'p' });
  const motion = animate(speech, { paragraph, rate: RATE_25 });
  const path = walkBase({ ...graph, labels }, track.rate, motion);
  const own = path.frame.filter((f) => f < half === first).length / path.frame.length;
  const freely = walkBase(graph, track.rate, motion);
  const before = freely.frame.filter((f) => f < half === first).length / freely.frame.length;
  expect(own).toBeGreaterThan(0.95);
  expect(before).toBeLessThan(0.8);
});
