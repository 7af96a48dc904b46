/** The sound half of consent's checks, on voices and clocks: what is genuine passes, each attack fails for its own reason. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { chunksCheck } from '#server/services/consent/checks/sound/chunks.ts';
import {
  doubtsOfHints,
  doubtsOfTimes,
  realCameraCheck,
} from '#server/services/consent/checks/sound/real-camera.ts';
import {
  likeness,
  openVoiceprint,
  type VoiceprintModel,
} from '#server/services/consent/checks/sound/voiceprint.ts';
import type { ConsentEvidence } from '#server/services/consent/evidence.ts';
import { join } from 'node:path';
import { ROOT } from '#server/setup/place.js';
import { evidenceOf, laid } from './consent-evidence.ts';
import { spoken } from './consent-voices.ts';

const LONG_MS = 600_000;

describe('chunks', () => {
  const run = async (evidence: ConsentEvidence) => (await chunksCheck.run(evidence))[0];

  test('that arrive as they are recorded pass', async () => {
    expect(await run(await evidenceOf({ durationS: 60 }))).toMatchObject({ outcome: 'passed' });
    expect(await run(await evidenceOf({ durationS: 60, delayS: (i) => 0.1 + (i % 7) * 0.2 }))).toMatchObject({
      outcome: 'passed',
    });
  });

  test('that stall and catch up go to a person', async () => {
    const delayS = (i: number) => (i >= 20 && i < 24 ? 4 - (i - 20) : 0.1);
    expect(await run(await evidenceOf({ durationS: 60, delayS }))).toMatchObject({ outcome: 'unsure' });
  });

  test.each([
    [
      'altered',
      'altered',
      (e: Awaited<ReturnType<typeof evidenceOf>>) => {
        (e.bytes[5] as Uint8Array)[9]! ^= 1;
        return e;
      },
    ],
    [
      'in another order',
      'altered',
      (e: Awaited<ReturnType<typeof evidenceOf>>) => {
        [e.bytes[5], e.bytes[6]] = [e.bytes[6]!.subarray(0, 505), new Uint8Array([...e.bytes[5]!, 1])];
        return e;
      },
    ],
    [
      'left out',
      'missing',
      (e: Awaited<ReturnType<typeof evidenceOf>>) => ({
        ...e,
        chunks: e.chunks.filter(({ index }) => index !== 7),
      }),
    ],
    ['none at all', 'Nothing', (e: Awaited<ReturnType<typeof evidenceOf>>) => ({ ...e, chunks: [] })],
    [
      'of another session',
      'altered',
      (e: Awaited<ReturnType<typeof evidenceOf>>) => ({ ...e, sessionId: 'other' }),
    ],
  ])('%s fail', async (_, reason, change) => {
    const found = await run(change(await evidenceOf({ durationS: 20 })));
    expect(found).toMatchObject({ outcome: 'failed' });
    expect(found?.reason).toContain(reason);
  });

  test.each([
    ['all at once, of a film that was there before', 'older', { beganMs: -30_000, durationS: 30 }],
    ['late from the first to the last', 'All of the recording', { beganMs: 4000, durationS: 30 }],
    [
      'held back from the middle on',
      'fell behind',
      { durationS: 40, delayS: (i: number) => (i > 20 ? 3.5 : 0.1) },
    ],
    ['later and later', 'after they were recorded', { durationS: 60, delayS: (i: number) => 0.1 + i * 0.12 }],
    [
      'late for long, then on time again',
      'too long',
      { durationS: 60, delayS: (i: number) => (i > 10 && i < 40 ? 3 : 0.1) },
    ],
  ])('%s fail', async (_, reason, session) => {
    const found = await run(await evidenceOf(session));
    expect(found).toMatchObject({ outcome: 'failed' });
    expect(found?.reason).toContain(reason);
  });
});

describe('a camera', () => {
  const hints = {
    cameraLabel: 'FaceTime HD Camera',
    settings: { width: 1280, height: 720, deviceId: 'x' },
    webdriver: false,
  };
  const size = { width: 1280, height: 720 };
  const trembling = (count: number) =>
    Array.from({ length: count }, (_, i) => i / 30 + 0.004 * Math.sin(i * i));
  const hissing = (count: number, repeat = 1) =>
    Array.from({ length: count }, (_, i) => ({
      timeS: i / 30,
      width: 16,
      height: 9,
      rgba: Uint8ClampedArray.from({ length: 576 }, (_, k) => (k * 13 + Math.floor(i / repeat) * 7) % 251),
    }));

  test('that is one has nothing against it', async () => {
    const evidence = await evidenceOf({ durationS: 4, frames: hissing(120), frameTimesS: trembling(120) });
    expect((await realCameraCheck.run(evidence))[0]).toMatchObject({ outcome: 'passed' });
  });

  test.each([
    'OBS Virtual Camera',
    'ManyCam Virtual Webcam',
    'Dummy video device (v4l2loopback)',
    'fake_device_0',
    'Snap Camera',
  ])('that is the program “%s” is refused', (cameraLabel) => {
    const named = { ...hints, cameraLabel: cameraLabel.replace('_', ' ') };
    expect(doubtsOfHints(named, size).some(({ weight }) => weight >= 1)).toBe(true);
  });

  test('is not suspected for its name, its turn or its rounding', () => {
    for (const cameraLabel of [
      'Integrated Webcam',
      'Logitech BRIO',
      'Front Camera',
      'USB2.0 HD UVC WebCam',
      'Camera (NVIDIA Broadcast)',
    ])
      expect(doubtsOfHints({ ...hints, cameraLabel }, size)).toEqual([]);
    expect(doubtsOfHints(hints, { width: 720, height: 1280 })).toEqual([]);
    expect(doubtsOfHints(hints, { width: 640, height: 362 })).toEqual([]);
    expect(doubtsOfTimes(trembling(200))).toEqual([]);
  });

  test('that plays a file repeats itself, and is too even', async () => {
    const even = Array.from({ length: 120 }, (_, i) => Math.round((1000 * i) / 30) / 1000);
    const evidence = await evidenceOf({ durationS: 4, frames: hissing(120, 2), frameTimesS: even });
    const [found] = await realCameraCheck.run(evidence);
    expect(found).toMatchObject({ outcome: 'unsure' });
    expect(found?.reason).toContain('evenly');
    expect(found?.reason).toContain('last bit');
  });

  test('under remote control is refused', async () => {
    const made = await evidenceOf({ durationS: 4, frames: hissing(120), frameTimesS: trembling(120) });
    const [found] = await realCameraCheck.run({ ...made, hints: { ...made.hints, webdriver: true } });
    expect(found).toMatchObject({ outcome: 'failed' });
  });
});

describe('a voice', () => {
  const files = diskModelFiles([join(ROOT, 'server', 'models'), join(ROOT, 'static', 'models')]);
  const runtime = ortNodeRuntime({ files, threads: 1 });
  let model: VoiceprintModel;
  beforeAll(async () => {
    model = await openVoiceprint(runtime, files);
  }, LONG_MS);
  afterAll(async () => {
    await model.close();
    await runtime.close();
  });

  test(
    'is like itself in other words, and unlike another',
    async () => {
      const texts = [
        'The northern mountains are covered with snow until late in the summer, and few people live there.',
        'She opened a small bakery near the harbour, where the fishermen come for breakfast every day.',
      ] as const;
      const print = async (text: string, voice: 'slt' | 'rms' | 'awb') => {
        const found = await model.of(await spoken(text, voice));
        if (!found) throw new Error('no voice');
        return found;
      };
      const [a, b] = await Promise.all([print(texts[0], 'slt'), print(texts[1], 'slt')]);
      const [c, d] = await Promise.all([print(texts[0], 'rms'), print(texts[1], 'rms')]);
      expect(Math.min(likeness(a, b), likeness(c, d))).toBeGreaterThan(
        0.05 + Math.max(likeness(a, c), likeness(b, d), likeness(a, d)),
      );
      // Louder, with silence around it: the same voice.
      const quiet = laid(14, [[3, (await spoken(texts[0], 'slt')).map((value) => value * 0.2)]]);
      expect(likeness(a, (await model.of(quiet)) ?? c)).toBeGreaterThan(0.97);
    },
    LONG_MS,
  );

  test('is not made of silence', async () => {
    expect(await model.of(new Float32Array(32_000))).toBeNull();
  });
});
