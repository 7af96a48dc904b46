/** Photos that speak, seen again by the networks that found them: the portraits of ../shared/media. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, describe, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import type { PhotoPresenter } from '#core/document/project.ts';
import { restPose } from '#core/motion/rest-pose.ts';
import { channelIndex, type MotionChannel } from '#core/motion/track.ts';
import { fitPhoto, type FittedPhoto } from '#core/presenter/photo/fit/fit-photo.ts';
import { photo } from '#core/presenter/photo/index.ts';
import { openFaceTools, type OpenFaceTools } from '#core/track/tools/open.ts';
import { trackPhoto } from '#core/track/photo.ts';
import type { Picture } from '#core/track/ports.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { differences, meanOf, paint } from '../core/presenter/made-portrait.ts';
import type { Channels } from '../core/presenter/pose-tools.ts';

const PORTRAITS = join(ROOT, '../shared/media/portraits');
const there = existsSync(PORTRAITS);
if (!there) console.log(`${PORTRAITS} is not here: photos of people are not tried.`);

const PRESENTER = {
  kind: 'photo',
  person: 'person' as AssetHash,
  plate: 'plate' as AssetHash,
} as PhotoPresenter;

let tools: OpenFaceTools | null = null;
async function openTools(): Promise<OpenFaceTools> {
  const files = diskModelFiles();
  return (tools ??= await openFaceTools(ortNodeRuntime({ files }), files));
}
afterAll(() => tools?.close());

async function pictureOf(name: string): Promise<Picture> {
  const image = await loadImage(join(PORTRAITS, name));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { widthPx: image.width, heightPx: image.height, rgba: data };
}

function show(fitted: FittedPhoto, channels: Channels): Picture {
  const values = restPose();
  for (const [name, value] of Object.entries(channels)) values[channelIndex(name as MotionChannel)] = value;
  return paint(photo.live(PRESENTER, fitted.fit, { cutOut: false }).draw(values, 1 / 25), fitted);
}

describe.skipIf(!there)('a photo of someone', () => {
  test.each(['painted-adult.png', 'synthetic-full-body.png'])('%s speaks, blinks and turns', async (name) => {
    const { detect, mesh } = await openTools().then((open) => ({
      detect: open.detect.bind(open),
      mesh: open.mesh.bind(open),
    }));
    const picture = await pictureOf(name);
    const { track } = await trackPhoto(picture, await openTools());
    if (!track) throw new Error('Nobody was found');
    const cpu = process.cpuUsage();
    const fitted = fitPhoto(picture, track);
    // Of one core, however busy the machine is.
    expect(process.cpuUsage(cpu).user / 1e6).toBeLessThan(8);
    expect(fitted.fit.mesh.indices.length / 3).toBeLessThan(3000);

    const [face] = await detect(picture);
    if (!face) throw new Error('No face was found');
    const square = {
      x: face.leftPx + face.widthPx / 2,
      y: face.topPx + face.heightPx / 2,
      sidePx: 1.5 * Math.max(face.widthPx, face.heightPx),
      turn: face.turn,
    };
    const see = async (channels: Channels) => {
      const [seen] = await mesh(show(fitted, channels), [square]);
      expect(seen?.sure).toBeGreaterThan(0.9);
      const points = seen?.points ?? new Float32Array();
      const between = (a: number, b: number) =>
        Math.hypot(
          (points[3 * a] as number) - (points[3 * b] as number),
          (points[3 * a + 1] as number) - (points[3 * b + 1] as number),
        );
      const tall = between(9, 2);
      return {
        mouth: between(13, 14) / tall,
        width: between(61, 291) / tall,
        eyes: (between(159, 145) + between(386, 374)) / tall,
        nose: points[3 * 4] as number,
      };
    };
    const rest = await see({});
    const open = await see({ jawOpen: 0.5 });
    const round = await see({ jawOpen: 0.15, mouthPucker: 0.7, mouthFunnel: 0.3 });
    const shut = await see({ jawOpen: 0.3, mouthClose: 0.3 });
    const blink = await see({ eyeBlinkLeft: 1, eyeBlinkRight: 1 });
    const turned = await see({ headYaw: 0.15 });
    expect(open.mouth).toBeGreaterThan(rest.mouth + 0.2);
    expect(shut.mouth).toBeLessThan(rest.mouth + 0.05);
    expect(round.width).toBeLessThan(0.85 * rest.width);
    expect(blink.eyes).toBeLessThan(0.6 * rest.eyes);
    expect(turned.nose - rest.nose).toBeGreaterThan(0.05 * square.sidePx * 0.5);

    // At rest it is the photo, but for lips that the photo shows apart.
    const { person } = fitted.fit;
    const eyesUp = { ...person, height: (track.points[3 * 2 + 1] ?? 0) - person.y };
    expect(meanOf(differences(show(fitted, {}), picture, eyesUp))).toBeLessThan(3);
  });
});
