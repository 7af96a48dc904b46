/** A twin's walk through its own film, on a person made of numbers: nothing is needed that is not in the repository. */
import { describe, expect, test } from 'vitest';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import { animate } from '#core/motion/animate.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import { walkBase } from '#core/presenter/footage/base/walk.ts';
import type { BasePath } from '#core/presenter/footage/base/graph.ts';
import { footage } from '#core/presenter/footage/index.ts';
import { measureOf } from '#core/track/footage-track.ts';
import { longTalk, say, TALK } from '../motion/synthetic.ts';
import { madeFit } from './made-person.ts';

const fit = madeFit();
const { graph, track } = fit;
const PRESENTER = { kind: 'footage', film: 'film', mouths: 'mouths' } as unknown as Parameters<
  typeof footage.prepare
>[0];

function motionOf(words: Parameters<typeof say>[0], id = 'p', rate = RATE_25) {
  const { speech, paragraph } = say(words, { id });
  return animate(speech, { paragraph, rate });
}
const walked = (words: Parameters<typeof say>[0], id = 'p') => {
  const motion = motionOf(words, id);
  return { motion, path: walkBase(graph, track.rate, motion) };
};

/** Where the face is on each frame of a walk, pixels: the two sides of a fade are bent to the place between them. */
function faceX(path: BasePath): number[] {
  const x = measureOf(track, 'faceX');
  return Array.from(path.mix, (mix, i) => x[path.frame[i]!]! * (1 - mix) + x[path.other[i]!]! * mix);
}
const steps = (values: readonly number[]) => values.slice(1).map((value, i) => Math.abs(value - values[i]!));

describe('a walk through a twin’s film', () => {
  test('begins and ends at rest: calm, mouth shut, eyes open', () => {
    for (const words of [TALK, longTalk(3), TALK.slice(0, 1)]) {
      const { path } = walked(words);
      for (const i of [0, path.frame.length - 1]) {
        expect(path.frame[i]).toBe(graph.rest);
        expect(path.mix[i]).toBe(0);
      }
    }
    expect(measureOf(track, 'mouthOpening')[graph.rest]).toBeLessThan(0.03);
    expect(graph.labels.blink[graph.rest]).toBeLessThan(0.2);
    expect(graph.labels.talk[graph.rest]).toBeLessThan(0.3);
  });

  test('goes on as the film does, or crosses over between two stretches that do', () => {
    const { path } = walked(longTalk(25));
    let jumps = 0;
    for (let i = 1; i < path.frame.length; i++) {
      const [mix, before] = [path.mix[i]!, path.mix[i - 1]!];
      if (mix > 0) {
        expect(path.frame[i]! - path.frame[i - 1]!).toBe(1);
        if (before > 0) {
          expect(path.other[i]! - path.other[i - 1]!).toBe(1);
          expect(mix).toBeGreaterThan(before);
        } else {
          jumps++;
          expect(mix).toBeLessThan(0.1);
        }
      } else expect(path.frame[i]).toBe((before > 0 ? path.other[i - 1]! : path.frame[i - 1]!) + 1);
    }
    expect(jumps).toBeGreaterThan(0);
  });

  test('shows no jump: where it crosses over, the head moves no faster than twice what it does in the film', () => {
    const own = Math.max(...steps(Array.from(measureOf(track, 'faceX'))));
    expect(Math.max(...steps(faceX(walked(longTalk(25)).path)))).toBeLessThan(2 * own);
  });

  test('talks where there is speech, and listens in the pauses', () => {
    const words = longTalk(30).map((word, w) => (w % 24 === 23 ? { ...word, pauseS: 3 } : word));
    const { motion, path } = walked(words);
    const speaks = new Uint8Array(path.frame.length);
    for (const { startFrame, endFrame } of motion.cues.speech) speaks.fill(1, startFrame, endFrame);
    const mean = (wanted: number) => {
      const frames = Array.from(path.frame).filter((_, i) => speaks[i] === wanted);
      return frames.reduce((sum, f) => sum + graph.labels.talk[f]!, 0) / frames.length;
    };
    expect(mean(1)).toBeGreaterThan(0.6);
    expect(mean(1) - mean(0)).toBeGreaterThan(0.25);
  });

  test('never cuts a blink in two', () => {
    const { path } = walked(longTalk(30));
    for (let i = 0; i < path.mix.length; i++)
      if (path.mix[i]! > 0.15 && path.mix[i]! < 0.85) {
        expect(graph.labels.blink[path.frame[i]!]).toBeLessThan(0.6);
        expect(graph.labels.blink[path.other[i]!]).toBeLessThan(0.6);
      }
  });

  test('is a paragraph’s own: the same again for the same, another for another', () => {
    const same = walked(longTalk(30), 'a').path;
    expect(walked(longTalk(30), 'a').path).toEqual(same);
    const other = walked(longTalk(30), 'b').path;
    const alike = Array.from(same.frame).filter((f, i) => f === other.frame[i]).length;
    expect(alike / same.frame.length).toBeLessThan(0.5);
  });

  test('keeps the film’s pace at another rate', () => {
    const motion = motionOf(longTalk(3), 'p', RATE_30);
    const { frame, mix } = walkBase(graph, track.rate, motion);
    expect(frame[0]).toBe(graph.rest);
    expect(frame.at(-1)).toBe(graph.rest);
    let [same, runs] = [0, 0];
    for (let i = 1; i < frame.length; i++) {
      if (mix[i]! > 0 || mix[i - 1]! > 0) continue;
      runs++;
      expect([0, 1]).toContain(frame[i]! - frame[i - 1]!);
      if (frame[i] === frame[i - 1]) same++;
    }
    // Twenty-five in thirty: one frame in six is shown twice.
    expect(same / runs).toBeCloseTo(1 / 6, 1);
  });
});

describe('a twin', () => {
  test('draws the film’s frame and the mouth that is set into it, at rest on both ends', () => {
    const motion = motionOf(TALK);
    const drawn = footage.prepare(PRESENTER, motion, fit, { cutOut: false });
    expect(drawn.frameCount).toBe(motion.frameCount);
    const parts = drawn.draw(motion.frameCount >> 1);
    const images = parts.map((part) => (part.kind === 'mesh' ? part.image.kind : part.kind));
    expect(images[0]).toBe('video');
    expect(images).toContain('packed');
    for (const part of parts)
      if (part.kind === 'mesh')
        for (const value of part.mesh.positions) expect(Number.isFinite(value)).toBe(true);
    const shown = (i: number) => drawn.draw(i).map((part) => part.kind === 'mesh' && part.image.timeS)[0];
    expect(shown(0)).toBe((graph.rest + 0.5) / 25);
    expect(shown(motion.frameCount - 1)).toBe((graph.rest + 0.5) / 25);
  });

  test('cut out, is never clearer nor denser than its film where it crosses over', () => {
    const motion = motionOf(TALK);
    const cutOut = { ...fit, layout: { colourHeight: 0.75, matte: [1, 0, 0, 0.25, 0, 0.75] as const } };
    const drawn = footage.prepare(PRESENTER, motion, cutOut, { cutOut: true });
    const { mix } = walkBase(graph, track.rate, motion, fit.style.habits);
    let crossed = 0;
    mix.forEach((share, i) => {
      // Film over film would cover twice: the base and the face that is pulled into place are each one part.
      const films = drawn
        .draw(i)
        .filter((part) => part.kind === 'dissolve' || (part.kind === 'mesh' && part.image.kind === 'video'));
      expect(films).toHaveLength(2);
      for (const part of films) expect(part.kind).toBe(share > 0 ? 'dissolve' : 'mesh');
      for (const part of films) if (part.kind === 'dissolve') expect(part.share).toBeCloseTo(share, 6);
      if (share > 0) crossed++;
    });
    expect(crossed).toBeGreaterThan(0);
  });

  test('cut out, fades at the sides of its film, standing and crossing over', () => {
    const motion = motionOf(TALK);
    const cutOut = { ...fit, layout: { colourHeight: 0.75, matte: [1, 0, 0, 0.25, 0, 0.75] as const } };
    const { mix } = walkBase(graph, track.rate, motion, fit.style.habits);
    const whole = footage.prepare(PRESENTER, motion, cutOut, { cutOut: false });
    const drawn = footage.prepare(PRESENTER, motion, cutOut, { cutOut: true });
    for (const i of [mix.indexOf(0), mix.findIndex((share) => share > 0)]) {
      const [base] = drawn.draw(i);
      const pictures = base?.kind === 'dissolve' ? [base.from, base.to] : base?.kind === 'mesh' ? [base] : [];
      expect(pictures).toHaveLength(mix[i] === 0 ? 1 : 2);
      for (const { mesh } of pictures) {
        const at = (near: (x: number) => boolean) =>
          [...(mesh.opacity ?? [])].filter((_, v) => near(mesh.positions[2 * v] as number));
        expect(new Set(at((x) => x === 0 || x === track.widthPx))).toEqual(new Set([0]));
        const middle = at((x) => Math.abs(x - track.widthPx / 2) < 0.2 * track.widthPx);
        expect(new Set(middle)).toEqual(mix[i] === 0 ? new Set() : new Set([1]));
      }
      const [kept] = whole.draw(i);
      expect(kept?.kind === 'mesh' && kept.mesh.opacity, 'its own background ends nowhere').toBeNull();
    }
  });

  test('live, goes forward through the film without a jump for as long as it is asked', () => {
    const motion = motionOf(longTalk(4));
    const live = footage.live(PRESENTER, fit, { cutOut: false });
    const seen: { frame: number; mixed: boolean }[] = [];
    for (let i = 0; i < 620; i++) {
      const at = (i % motion.frameCount) * MOTION_CHANNELS.length;
      const parts = live.draw(motion.values.subarray(at, at + MOTION_CHANNELS.length), i === 0 ? 0 : 1 / 25);
      const films = parts.filter((part) => part.kind === 'mesh' && part.image.kind === 'video');
      const [first] = films;
      if (first?.kind !== 'mesh') throw new Error('A twin shows its film.');
      seen.push({ frame: Math.floor(first.image.timeS * 25), mixed: films.length > 2 });
    }
    let crossings = 0;
    for (let i = 1; i < seen.length; i++) {
      const step = seen[i]!.frame - seen[i - 1]!.frame;
      if (step === 1 || step === 0) continue;
      // Elsewhere only at the end of a crossing.
      expect(seen[i - 1]!.mixed).toBe(true);
      crossings++;
    }
    // Twenty-five seconds of a film of twenty.
    expect(crossings).toBeGreaterThan(0);
  });
});
