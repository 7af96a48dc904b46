/**
 * A film of a person made of numbers (see track/made-face.ts): the face sways, blinks and, for some seconds at a time,
 * talks with a hand that strokes; pictures show a body that sways along. What a fit finds in it can be held against what
 * was put in.
 */
import { measureFaces } from '#core/track/measure.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { BODY_POINTS, FACE_POINTS, type Picture } from '#core/track/ports.ts';
import { createFootageFitter } from '#core/presenter/footage/fit/fitter.ts';
import type { FootageFit } from '#core/presenter/footage/fit.ts';
import type { HeardSpeech } from '#core/speech/listen/heard.ts';
import { madeFace } from '../track/made-face.ts';

export const RATE = { num: 25, den: 1 } as const;
const [WIDTH, HEIGHT] = [200, 240];
const SCALE = 20;

export interface MadePerson {
  readonly frameCount: number;
  /** Seconds that they talk. */
  readonly talks: (timeS: number) => boolean;
  /** Lips apart, brow-to-nose heights. */
  readonly opening: (timeS: number) => number;
}

/** Talks from second 3 to 9 and from 12 to 18, of twenty. */
export const TALKER: MadePerson = {
  frameCount: 500,
  talks: (s) => (s > 3 && s < 9) || (s > 12 && s < 18),
  opening: (s) => (TALKER.talks(s) ? 0.14 * (1 + Math.sin(2 * Math.PI * 3.3 * s)) : 0),
};

const swayPx = (s: number) => 5 * Math.sin((2 * Math.PI * s) / 3.1) + 3 * Math.sin((2 * Math.PI * s) / 4.3);
/** 0 at rest … 1 up. */
const handUp = (person: MadePerson, s: number) =>
  person.talks(s) ? Math.max(0, Math.sin((2 * Math.PI * s) / 1.5)) ** 3 : 0;
const lid = (s: number) => (s % 3.4 > 1.6 && s % 3.4 < 1.76 ? 0.05 : 1);

export function madeTrack(person: MadePerson = TALKER): FootageTrack {
  const { frameCount } = person;
  const points = new Float32Array(frameCount * FACE_POINTS * 3);
  const body = new Float32Array(frameCount * BODY_POINTS.length * 3);
  for (let f = 0; f < frameCount; f++) {
    const s = (f + 0.5) / 25;
    const sway = swayPx(s);
    const face = madeFace({
      x: 100 + sway,
      y: 70 + 0.2 * sway,
      scale: SCALE,
      yaw: 0.02 * sway,
      pitch: 0.01 * Math.sin(s),
      opening: person.opening(s),
      width: 0.7 - 0.1 * person.opening(s),
      lidLeft: lid(s),
      lidRight: lid(s),
    });
    points.set(face, f * FACE_POINTS * 3);
    const spot = (name: (typeof BODY_POINTS)[number], x: number, y: number) =>
      body.set([x, y, 1], (f * BODY_POINTS.length + BODY_POINTS.indexOf(name)) * 3);
    spot('leftShoulder', 140 + 0.5 * sway, 130);
    spot('rightShoulder', 60 + 0.5 * sway, 130);
    spot('leftWrist', 120, 215);
    spot('rightWrist', 80, 215 - 60 * handUp(person, s));
  }
  const seen = new Uint8Array(frameCount).fill(1);
  const [light, sharpness] = [new Float32Array(frameCount).fill(0.5), new Float32Array(frameCount).fill(30)];
  return {
    rate: RATE,
    frameCount,
    widthPx: WIDTH,
    heightPx: HEIGHT,
    points,
    sure: new Float32Array(frameCount).fill(1),
    seen,
    measures: measureFaces(points, seen, 25, light, sharpness),
    body,
  };
}

export function madePicture(frame: number, person: MadePerson = TALKER): Picture {
  const s = (frame + 0.5) / 25;
  const sway = swayPx(s);
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  const box = (x: number, y: number, width: number, height: number, grey: number) => {
    for (let j = Math.max(0, Math.round(y)); j < Math.min(HEIGHT, y + height); j++)
      for (let i = Math.max(0, Math.round(x)); i < Math.min(WIDTH, x + width); i++)
        rgba.fill(grey, (j * WIDTH + i) * 4, (j * WIDTH + i) * 4 + 3);
  };
  box(0, 0, WIDTH, HEIGHT, 170);
  box(55 + 0.5 * sway, 120, 90, 120, 60);
  box(82 + sway, 40, 36, 56, 200);
  box(70, 205 - 60 * handUp(person, s), 22, 22, 190);
  return { widthPx: WIDTH, heightPx: HEIGHT, rgba };
}

export function madeFit(heard: HeardSpeech | null = null, person: MadePerson = TALKER): FootageFit {
  const fitter = createFootageFitter(madeTrack(person));
  for (let f = 0; f < person.frameCount; f++) fitter.look(f, madePicture(f, person));
  return fitter.finish(heard, { colourHeight: 1, matte: null });
}
