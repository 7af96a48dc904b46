/** A microphone that says what the test has Flite say, over and over, and what the page shows meanwhile. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParagraphId, VoiceId } from '#core/base/ids.ts';

import { writeWav } from '#core/speech/pcm.ts';
import type { Inline, Paragraph } from '#core/document/script.ts';
import { speakParagraph } from '#core/speech/speak.ts';

import { nodeEngine } from '../../server/flite-node.ts';
import type { DecodedFrame } from './film.ts';
import type { Page } from './studio.ts';

/**
 * @param phrases said in turn, with a second of silence after each: a voice that comes and goes
 * @returns the switches that give Chromium this microphone, which needs no asking
 */
export async function microphoneSaying(phrases: readonly string[]): Promise<readonly string[]> {
  const engine = nodeEngine();
  try {
    const paragraph: Paragraph = {
      id: 'p-mic' as ParagraphId,
      emotion: 'neutral',
      content: phrases.flatMap((text): Inline[] => [
        { kind: 'text', text: `${text} ` },
        { kind: 'pause', durationS: 1 },
      ]),
    };
    const speech = await speakParagraph(
      paragraph,
      {
        id: 'v-mic' as VoiceId,
        name: 'slt',
        engine: 'flite',
        engineVoice: 'slt',
        language: 'en-US',
        speed: 1,
        pitchSt: 0,
        likeness: { kind: 'synthetic' },
      },
      engine,
    );
    const path = join(await mkdtemp(join(tmpdir(), 'orator-microphone-')), 'microphone.wav');
    await writeFile(path, writeWav(speech.pcm, speech.sampleRateHz));
    return [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${path}`,
    ];
  } finally {
    engine.close();
  }
}

export interface Watched {
  /** Milliseconds since the watching began. */
  readonly timeMs: number;
  /** The part of the stage that was asked for. */
  readonly picture: DecodedFrame;
  /** Of the microphone, as the meter shows it: 0…100. */
  readonly level: number;
}

/** Part of a picture, pixels. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The stage as it is now, this wide. */
export async function stageNow(page: Page, widthPx: number): Promise<DecodedFrame> {
  const seen = await watchStage(page, widthPx, null, 0);
  if (!seen[0]) throw new Error('Nothing was to be seen on the stage.');
  return seen[0].picture;
}

/**
 * Looks at the stage's canvas with every picture that the page shows, for so long. The canvas is scaled to `widthPx`;
 * of that, `crop` is kept.
 */
export async function watchStage(
  page: Page,
  widthPx: number,
  crop: Crop | null,
  forMs: number,
): Promise<Watched[]> {
  const seen = await page.evaluate(
    // This runs in the page, whose types are not those of the tests.
    async ([width, part, ms]) => {
      /* eslint-disable @typescript-eslint/no-explicit-any */
      /* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, typescript/no-unsafe-argument */
      const { document, requestAnimationFrame } = globalThis as any;
      const stage = document.querySelector('[data-testid=stage] canvas');
      const height = Math.round((width * stage.height) / stage.width);
      const rect = part ?? { left: 0, top: 0, widthPx: width, heightPx: height };
      const canvas = document.createElement('canvas');
      canvas.width = rect.widthPx;
      canvas.height = rect.heightPx;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.imageSmoothingQuality = 'high';
      const pictures: { timeMs: number; level: number; rgba: string }[] = [];
      const began = performance.now();
      do {
        await new Promise<void>((resolve) => void requestAnimationFrame(() => resolve()));
        context.drawImage(stage, -rect.left, -rect.top, width, height);
        const { data } = context.getImageData(0, 0, rect.widthPx, rect.heightPx);
        let binary = '';
        for (let i = 0; i < data.length; i += 4096)
          binary += String.fromCharCode(...data.subarray(i, i + 4096));
        const meter = document.querySelector('[data-testid=live] [role=meter]');
        pictures.push({
          timeMs: performance.now() - began,
          level: Number(meter?.getAttribute('aria-valuenow') ?? 0),
          rgba: btoa(binary),
        });
      } while (performance.now() - began < ms);
      return { pictures, widthPx: rect.widthPx, heightPx: rect.heightPx };
      /* eslint-enable */
      /* oxlint-enable */
    },
    [widthPx, crop, forMs] as const,
  );
  return seen.pictures.map(({ timeMs, level, rgba }, index) => ({
    timeMs,
    level,
    picture: {
      index,
      widthPx: seen.widthPx,
      heightPx: seen.heightPx,
      rgba: new Uint8Array(Buffer.from(rgba, 'base64')),
    },
  }));
}
