import { beforeAll, describe, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import type { PhotoPresenter } from '#core/document/project.ts';
import { animate } from '#core/motion/animate.ts';
import { lipAperture } from '#core/motion/lips.ts';
import { restPose } from '#core/motion/rest-pose.ts';
import { channelIndex, MOTION_CHANNELS, type MotionChannel, type MotionTrack } from '#core/motion/track.ts';
import type { PresenterPart } from '#core/presenter/kind.ts';
import { decodePhotoFit, encodePhotoFit } from '#core/presenter/photo/fit.ts';
import { fitPhoto, type FittedPhoto } from '#core/presenter/photo/fit/fit-photo.ts';
import { refineMatte } from '#core/presenter/photo/fit/matte.ts';
import { resizePlane } from '#core/presenter/photo/fit/box-filter.ts';
import { photo } from '#core/presenter/photo/index.ts';
import { faceFrame } from '#core/presenter/photo/face-frame.ts';
import { FULL_OPENING } from '#core/presenter/photo/rig/lips.ts';
import { say } from '../motion/synthetic.ts';
import {
  differences,
  EYE,
  HEIGHT_PX,
  IRIS_COLOR,
  madePicture,
  madeTrack,
  meanOf,
  paint,
  truth,
  WIDTH_PX,
} from './made-portrait.ts';
import { trackOf, type Channels } from './pose-tools.ts';

const PRESENTER = {
  kind: 'photo',
  name: 'Made',
  person: 'person' as AssetHash,
  plate: 'plate' as AssetHash,
} as PhotoPresenter;
const KEPT = { cutOut: false };
const RATE = { num: 25, den: 1 };
const WORDS = [
  { text: 'My', ipa: 'm ˈaɪ' },
  { text: 'mother', ipa: 'm ˈʌ ð ə', emphasis: 2 },
  { text: 'saw', ipa: 's ˈɔ' },
  { text: 'five', ipa: 'f ˈaɪ v' },
  { text: 'boats', ipa: 'b ˈoʊ t s' },
] as const;

let made: FittedPhoto;
/** The same person with lips apart. */
let parted: FittedPhoto;
let talk: MotionTrack;
beforeAll(() => {
  made = fitPhoto(madePicture(), madeTrack());
  parted = fitPhoto(madePicture(10), madeTrack(10));
  const { speech, paragraph } = say(WORDS);
  talk = animate(speech, { paragraph, rate: RATE });
  // A busy machine is no failure.
}, 120_000);

function draw(fitted: FittedPhoto, channels: Channels): readonly PresenterPart[] {
  const values = restPose();
  for (const [name, value] of Object.entries(channels)) values[channelIndex(name as MotionChannel)] = value;
  return photo.live(PRESENTER, fitted.fit, KEPT).draw(values, 1 / 25);
}
/** The skin's part of a picture: after the plate, and what is inside. */
function skinOf(parts: readonly PresenterPart[]) {
  const skin = parts[2];
  if (skin?.kind !== 'mesh') throw new Error('No skin was drawn');
  return skin.mesh;
}
/** Gap between the lips' edges in each column, pixels. */
function gaps(fitted: FittedPhoto, parts: readonly PresenterPart[]): number[] {
  const { positions } = skinOf(parts);
  const { upperLip, lowerLip } = fitted.fit.mesh;
  return Array.from(upperLip, (a, k) => {
    const b = lowerLip[k] as number;
    return Math.hypot(
      (positions[2 * a] as number) - (positions[2 * b] as number),
      (positions[2 * a + 1] as number) - (positions[2 * b + 1] as number),
    );
  });
}

describe('fitting', () => {
  test('a small matte is drawn along the edges of the picture', () => {
    const { matte } = madeTrack();
    const refined = refineMatte(madePicture(), matte, [240, 225]);
    const stretched = resizePlane(matte.alpha, matte.widthPx, matte.heightPx, WIDTH_PX, HEIGHT_PX);
    const error = (alpha: (i: number) => number) =>
      meanOf(
        Array.from({ length: WIDTH_PX * HEIGHT_PX }, (_, i) =>
          Math.abs(alpha(i) - truth((i % WIDTH_PX) + 0.5, Math.floor(i / WIDTH_PX) + 0.5)),
        ),
      );
    const before = error((i) => (stretched[i] as number) / 255);
    const after = error((i) => refined[i] as number);
    expect(after).toBeLessThan(0.6 * before);
  });

  test('what is behind the person is filled in like what is beside them', () => {
    const { plate } = made;
    // Beside the ear, inside the person's outline: the background there is 60 + 0.1 x, 110 + 0.05 y, 90.
    for (const [x, y] of [
      [128, 215],
      [352, 215],
      [240, 92],
    ] as const) {
      const i = 4 * (y * WIDTH_PX + x);
      expect(Math.abs((plate.rgba[i] as number) - (60 + 0.1 * x))).toBeLessThan(14);
      expect(Math.abs((plate.rgba[i + 1] as number) - (110 + 0.05 * y))).toBeLessThan(14);
    }
  });

  test('the cut-out carries no colour of the background along', () => {
    const { person } = made;
    // Around the hair, whose red is above its blue; the background is the other way round.
    let edge = 0;
    for (let y = 70; y < 200; y++)
      for (let x = 100; x < 380; x++) {
        const i = 4 * (y * WIDTH_PX + x);
        const alpha = person.rgba[i + 3] as number;
        if (alpha < 40 || alpha > 220) continue;
        edge++;
        expect(person.rgba[i + 1]).toBeLessThan(85);
      }
    expect(edge).toBeGreaterThan(50);
  });

  test('a drawing that no network sees a person in is cut out as people usually stand', () => {
    const track = madeTrack();
    const blind = {
      ...track,
      matte: { ...track.matte, alpha: new Uint8ClampedArray(track.matte.alpha.length) },
    };
    const { person } = fitPhoto(madePicture(), blind);
    const alphaAt = (x: number, y: number) => person.rgba[4 * (y * WIDTH_PX + x) + 3];
    for (const [x, y] of [
      [240, 225],
      [240, 110],
      [240, 400],
      [240, 560],
    ] as const)
      expect(alphaAt(x, y)).toBeGreaterThan(240);
    expect(alphaAt(20, 20)).toBe(0);
    expect(alphaAt(460, 300)).toBe(0);
  });

  test('a fit survives being stored', () => {
    const stored = decodePhotoFit(encodePhotoFit(made.fit));
    expect(stored).toEqual(made.fit);
    expect(() => decodePhotoFit(encodePhotoFit({ ...made.fit, version: 99 as 1 }))).toThrow(
      /another version/,
    );
  });

  test('the mesh stays small enough for any graphics card', () => {
    expect(made.fit.mesh.indices.length / 3).toBeLessThan(2600);
  });
});

describe('drawing', () => {
  test('at rest it is the photo', () => {
    const shown = paint(draw(made, {}), made);
    const all = differences(shown, madePicture(), { x: 0, y: 0, width: WIDTH_PX, height: HEIGHT_PX });
    expect(meanOf(all)).toBeLessThan(1);
    const face = differences(shown, madePicture(), { x: 160, y: 130, width: 160, height: 190 });
    expect(face[Math.floor(0.999 * face.length)]).toBeLessThanOrEqual(3);
  });

  test('what is behind stands still', () => {
    const track = photo.prepare(PRESENTER, talk, made.fit, KEPT);
    const first = track.draw(0)[0];
    for (let i = 0; i < track.frameCount; i += 5) expect(track.draw(i)[0]).toBe(first);
    const last = paint(track.draw(Math.floor(track.frameCount / 2)), made);
    const corner = { x: 0, y: 0, width: 80, height: 300 };
    expect(differences(last, paint(track.draw(0), made), corner).at(-1)).toBe(0);
  });

  test('a cut-out has nothing behind it', () => {
    const track = photo.prepare(PRESENTER, talk, made.fit, { cutOut: true });
    expect(track.draw(3).some((part) => part.kind === 'mesh' && part.image.asset === PRESENTER.plate)).toBe(
      false,
    );
  });

  test.for(['closed', 'apart'] as const)('shut lips touch, in a photo with lips %s', (photoLips) => {
    const fitted = photoLips === 'closed' ? made : parted;
    for (const channels of [
      {},
      { jawOpen: 0.3, mouthClose: 0.3 },
      { mouthPressLeft: 0.6, mouthPressRight: 0.6 },
      { mouthSmileLeft: 0.8, mouthSmileRight: 0.6, jawOpen: 0.1, mouthClose: 0.1 },
      { mouthPucker: 0.6, jawOpen: 0.05, mouthClose: 0.05 },
      { headYaw: 0.2, headRoll: 0.1, headPitch: -0.1 },
    ] satisfies Channels[])
      expect(Math.max(...gaps(fitted, draw(fitted, channels)))).toBeLessThan(0.3);
  });

  test('a cut-out fades where its picture cut the person off, and there alone', () => {
    const fit = { ...made.fit, cut: { top: true, right: false, bottom: true, left: true } };
    const opacityOf = (cutOut: boolean) => {
      const parts = photo.live(PRESENTER, fit, { cutOut }).draw(restPose(), 1 / 25);
      const skin = parts.find((part) => part.kind === 'mesh' && part.mesh.indices === fit.mesh.indices);
      return skin?.kind === 'mesh' ? skin.mesh.opacity : null;
    };
    expect(opacityOf(false), 'what is behind it reaches the edge, too').toBeNull();
    const opacity = opacityOf(true) ?? new Float32Array();
    const x = (vertex: number) => fit.mesh.positions[3 * vertex] as number;
    const faded = 0.25 * faceFrame(fit.track).widthPx;
    const [atEdge, between, beyond] = [
      [0, 1],
      [1, faded],
      [faded, Infinity],
    ].map(([from = 0, to = 0]) =>
      [...opacity].filter((_, vertex) => x(vertex) >= from && x(vertex) < to),
    ) as [number[], number[], number[]];
    expect(Math.max(...atEdge)).toBe(0);
    expect(atEdge.length * between.length * beyond.length).toBeGreaterThan(0);
    for (const share of between) expect(share).toBeGreaterThan(0);
    for (const share of between) expect(share).toBeLessThan(1);
    expect(new Set(beyond)).toEqual(new Set([1]));
  });

  test('shut lips show nothing of what is inside', () => {
    const shown = paint(draw(parted, { jawOpen: 0.2, mouthClose: 0.2 }), parted);
    const frame = faceFrame(parted.fit.track);
    for (let dx = -25; dx <= 25; dx++)
      for (let dy = -8; dy <= 12; dy++) {
        const i = 4 * (Math.round(frame.mouth[1] + dy) * WIDTH_PX + Math.round(frame.mouth[0] + dx));
        expect(shown.rgba[i]).toBeGreaterThan(110);
      }
  });

  test.for(['closed', 'apart'] as const)(
    'lips part as far as the motion says, in a photo with lips %s',
    (photoLips) => {
      const fitted = photoLips === 'closed' ? made : parted;
      const full = FULL_OPENING * faceFrame(fitted.fit.track).mouthPx;
      for (const channels of [
        { jawOpen: 0.2 },
        { jawOpen: 0.6 },
        { jawOpen: 0.2, mouthFunnel: 0.5 },
        {
          jawOpen: 0.3,
          mouthSmileLeft: 0.5,
          mouthSmileRight: 0.5,
          mouthUpperUpLeft: 0.4,
          mouthUpperUpRight: 0.4,
        },
      ] satisfies Channels[]) {
        const parts = draw(fitted, channels);
        const found = gaps(fitted, parts)[10] as number;
        const wanted = full * lipAperture(trackOf([channels]).values);
        expect(Math.abs(found - wanted)).toBeLessThan(0.03 * full);
      }
    },
  );

  test('an open mouth shows teeth above and dark below them', () => {
    const shown = paint(draw(made, { jawOpen: 0.5 }), made);
    const column = (dy: number) => {
      const i = 4 * (Math.round(285 + dy) * WIDTH_PX + 236);
      return meanOf([0, 1, 2].map((c) => shown.rgba[i + c] as number));
    };
    expect(Math.max(...[1, 2, 3].map(column))).toBeGreaterThan(110);
    expect(Math.min(...[10, 12, 14].map(column))).toBeLessThan(70);
  });

  test('a blink covers the eye with skin', () => {
    const blue = (picture: ReturnType<typeof paint>) => {
      let count = 0;
      for (const side of [-1, 1])
        for (let y = EYE.y - 12; y < EYE.y + 12; y++)
          for (let dx = -22; dx <= 22; dx++) {
            const i = 4 * (y * WIDTH_PX + 240 + side * EYE.dx + dx);
            const [r, , b] = [picture.rgba[i], picture.rgba[i + 1], picture.rgba[i + 2]] as [
              number,
              number,
              number,
            ];
            if (b > r + 40) count++;
          }
      return count;
    };
    const open = blue(paint(draw(made, {}), made));
    expect(open).toBeGreaterThan(200);
    expect(IRIS_COLOR[2]).toBeGreaterThan(IRIS_COLOR[0] + 40);
    const half = blue(paint(draw(made, { eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 }), made));
    expect(half).toBeLessThan(0.75 * open);
    expect(blue(paint(draw(made, { eyeBlinkLeft: 1, eyeBlinkRight: 1 }), made))).toBe(0);
  });

  test('a catch-light stays where it is when the eye turns, and at rest the photo is itself', () => {
    const picture = madePicture();
    const at = { x: 240 + EYE.dx - 3, y: EYE.y - 2 };
    for (let y = -3; y <= 3; y++)
      for (let x = -3; x <= 3; x++) {
        const share = Math.min(1, Math.max(0, 2.4 - Math.hypot(x, y)));
        const i = 4 * ((at.y + y) * WIDTH_PX + at.x + x);
        for (let c = 0; c < 3; c++)
          picture.rgba[i + c] = (1 - share) * (picture.rgba[i + c] as number) + share * 245;
      }
    const lit = fitPhoto(picture, madeTrack());
    expect(lit.fit.mesh.left.glint).not.toBeNull();
    expect(lit.fit.mesh.right.glint).toBeNull();
    // Nothing of it is left on the iris.
    const under = lit.person.rgba.subarray(4 * (at.y * WIDTH_PX + at.x));
    for (const [c, value] of IRIS_COLOR.entries())
      expect(Math.abs((under[c] as number) - value)).toBeLessThan(12);
    const eye = { x: 240 + EYE.dx - 22, y: EYE.y - 10, width: 44, height: 18 };
    expect(meanOf(differences(paint(draw(lit, {}), lit), picture, eye))).toBeLessThan(2);
    const middle = (channels: Channels) => {
      const shown = paint(draw(lit, channels), lit);
      let [sum, all] = [0, 0];
      for (let y = -4; y <= 4; y++)
        for (let x = -4; x <= 4; x++) {
          // Light on a blue iris is what is red.
          const red = Math.max(0, (shown.rgba[4 * ((at.y + y) * WIDTH_PX + at.x + x)] as number) - 120);
          [sum, all] = [sum + x * red, all + red];
        }
      return sum / all;
    };
    expect(Math.abs(middle({ gazeYaw: -0.12 }) - middle({}))).toBeLessThan(0.4);
  });

  test('glasses are found, and their rims do not bend with brows and cheeks', () => {
    expect(made.fit.glassesPx).toBeNull();
    const picture = madePicture();
    const [halfWidth, halfHeight] = [34, 26];
    for (let y = 0; y < HEIGHT_PX; y++)
      for (let x = 0; x < WIDTH_PX; x++)
        for (const side of [-1, 1]) {
          const r = Math.hypot((x - 240 - side * EYE.dx) / halfWidth, (y - EYE.y) / halfHeight);
          if (Math.abs(r - 1) < 0.06) picture.rgba.set([25, 20, 18], 4 * (y * WIDTH_PX + x));
        }
    const worn = fitPhoto(picture, madeTrack());
    expect(Math.abs((worn.fit.glassesPx ?? 0) - halfHeight)).toBeLessThan(5);
    const moved = (fitted: FittedPhoto) => {
      const rest = skinOf(draw(fitted, {})).positions;
      const shown = skinOf(
        draw(fitted, { browDownLeft: 1, browDownRight: 1, mouthSmileLeft: 0.8, mouthSmileRight: 0.8 }),
      ).positions;
      let most = 0;
      for (let i = 0; i < rest.length; i += 2)
        if (Math.abs((rest[i + 1] as number) - EYE.y) < halfHeight + 2)
          most = Math.max(most, Math.hypot(shown[i]! - rest[i]!, shown[i + 1]! - rest[i + 1]!));
      return most;
    };
    expect(moved(made)).toBeGreaterThan(3);
    expect(moved(worn)).toBeLessThan(1);
  });

  test('an earlier fit speaks as it did', () => {
    const { glint: _right, ...right } = made.fit.mesh.right;
    const { glint: _left, ...left } = made.fit.mesh.left;
    const { ambient: _ambient, glassesPx: _glasses, ...fit } = made.fit;
    const earlier = { ...fit, version: 1 as const, mesh: { ...fit.mesh, right, left } };
    const read = decodePhotoFit(encodePhotoFit(earlier as unknown as typeof made.fit));
    expect(read.version).toBe(1);
    expect(read.ambient).toBeNull();
    const shown = (of: FittedPhoto) => paint(draw(of, { jawOpen: 0.4 }), of).rgba;
    expect(shown({ ...made, fit: read })).toEqual(shown(made));
  });

  test('no triangle of the skin is turned over that could be seen, whatever the face does', () => {
    /** Pixels that the largest one may cover. */
    const poses: readonly (readonly [channels: Channels, mostPx: number])[] = [
      [{}, 0.1],
      [{ mouthPucker: 0.8, jawOpen: 0.15 }, 0.1],
      [{ mouthSmileLeft: 0.8, mouthSmileRight: 0.8 }, 0.1],
      [{ eyeBlinkLeft: 1, eyeBlinkRight: 1 }, 0.5],
      [{ browDownLeft: 1, browDownRight: 1 }, 0.5],
      [{ headYaw: 0.2, headPitch: 0.1 }, 1],
      // Lips that are drawn aside this far are folded.
      [{ jawOpen: 0.6 }, 8],
    ];
    for (const fitted of [made, parted])
      for (const [pose, mostPx] of poses) {
        const { positions: p, indices } = skinOf(draw(fitted, pose));
        let largest = 0;
        for (let t = 0; t < indices.length; t += 3) {
          const [a, b, c] = [indices[t]! * 2, indices[t + 1]! * 2, indices[t + 2]! * 2] as const;
          const area = (p[b]! - p[a]!) * (p[c + 1]! - p[a + 1]!) - (p[b + 1]! - p[a + 1]!) * (p[c]! - p[a]!);
          largest = Math.max(largest, -area / 2);
        }
        expect(largest).toBeLessThan(mostPx);
      }
  });

  test('eyes turn to where the motion looks, and only they', () => {
    const middle = (channels: Channels) => {
      const shown = paint(draw(made, channels), made);
      let [sum, count] = [0, 0];
      for (let y = EYE.y - 10; y < EYE.y + 10; y++)
        for (let x = 240 + EYE.dx - 20; x <= 240 + EYE.dx + 20; x++) {
          const i = 4 * (y * WIDTH_PX + x);
          if ((shown.rgba[i + 2] as number) > (shown.rgba[i] as number) + 40)
            [sum, count] = [sum + x, count + 1];
        }
      return sum / count;
    };
    // To the person's left is to the picture's right.
    expect(middle({ gazeYaw: 0.25 }) - middle({})).toBeGreaterThan(2);
    expect(middle({ gazeYaw: -0.25 }) - middle({})).toBeLessThan(-2);
    expect(skinOf(draw(made, { gazeYaw: 0.25 })).positions).toEqual(skinOf(draw(made, {})).positions);
  });

  test('a turn of the head moves the nose more than the ear, and the shoulders hardly', () => {
    const rest = skinOf(draw(made, {})).positions;
    const turned = skinOf(draw(made, { headYaw: 0.15 })).positions;
    const shift = (x: number, y: number) => {
      const { positions } = made.fit.mesh;
      let [best, at] = [Infinity, 0];
      for (let i = 0; i < positions.length / 3; i++) {
        const d = Math.hypot((positions[3 * i] as number) - x, (positions[3 * i + 1] as number) - y);
        if (d < best) [best, at] = [d, i];
      }
      return (turned[2 * at] as number) - (rest[2 * at] as number);
    };
    expect(shift(240, 245)).toBeGreaterThan(8);
    expect(shift(240, 245)).toBeGreaterThan(1.5 * shift(335, 225));
    expect(Math.abs(shift(120, 520))).toBeLessThan(1.5);
  });

  test('no triangle is turned over, whatever is said', () => {
    const { indices, positions: rest } = made.fit.mesh;
    const area = (p: Float32Array, stride: number, t: number) => {
      const [a, b, c] = [indices[t], indices[t + 1], indices[t + 2]].map((i) => stride * (i as number)) as [
        number,
        number,
        number,
      ];
      const at = (i: number) => p[i] as number;
      return (at(b) - at(a)) * (at(c + 1) - at(a + 1)) - (at(b + 1) - at(a + 1)) * (at(c) - at(a));
    };
    const track = photo.prepare(PRESENTER, talk, made.fit, KEPT);
    const turns: Channels[] = [
      { headYaw: 0.3 },
      { headYaw: -0.3, headPitch: 0.2 },
      { headPitch: -0.3, headRoll: 0.25 },
      { headRoll: -0.3, bodySway: 0.08 },
      { eyeBlinkLeft: 1, eyeBlinkRight: 1, browInnerUp: 1 },
      { mouthSmileLeft: 1, mouthSmileRight: 1, jawOpen: 0.4 },
      { mouthPucker: 0.9, mouthFunnel: 0.4 },
    ];
    const frames = [
      ...Array.from({ length: track.frameCount }, (_, i) => track.draw(i)),
      ...turns.map((channels) => draw(made, channels)),
    ];
    for (const parts of frames) {
      const { positions } = skinOf(parts);
      for (let t = 0; t < indices.length; t += 3)
        if (area(rest, 3, t) > 0) expect(area(positions, 2, t)).toBeGreaterThan(-1);
    }
  });

  test('a shot begins and ends at rest, and what swings moves between', () => {
    const track = photo.prepare(PRESENTER, talk, made.fit, KEPT);
    expect(track.draw(track.frameCount - 1)).toEqual(track.draw(0));
    expect(track.draw(Math.floor(track.frameCount / 2))).not.toEqual(track.draw(0));
  });

  test('a live picture of a motion that stands still comes to what prepare gives', () => {
    const still = trackOf(Array.from({ length: 100 }, () => ({ headYaw: 0.1, headRoll: 0.05 })));
    const values = still.values.slice(0, MOTION_CHANNELS.length);
    const live = photo.live(PRESENTER, made.fit, KEPT);
    let parts = live.draw(values, 1 / 25);
    for (let i = 0; i < 100; i++) parts = live.draw(values, 1 / 25);
    const prepared = skinOf(photo.prepare(PRESENTER, still, made.fit, KEPT).draw(50)).positions;
    skinOf(parts).positions.forEach((value, i) => expect(value).toBeCloseTo(prepared[i] as number, 1));
  });
});

describe('framing', () => {
  test('each leaves air over the head, and holds what it says', () => {
    const framings = photo.framings(PRESENTER, made.fit);
    expect(framings[0]).toBe('medium');
    for (const framing of framings) {
      const box = photo.framing(PRESENTER, framing, made.fit);
      expect(box.y).toBeLessThan(made.fit.person.y - 10);
      expect(box.y + box.height).toBeGreaterThan(340);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(WIDTH_PX);
    }
  });
});
