/** The process that makes plain films; started by `plain-process.ts`, which speaks to it over IPC. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, errorToWire } from '#core/base/errors.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { SEGMENT_PRODUCT, SOUND_PRODUCT } from '#core/output/ports.ts';
import type { RenderSpec, RenderStep, SegmentSummary, StepResults } from '#server/render/process.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';
import { bytesOf, FRAMES, segmentKeys, soundKeyOf, wordsOf } from './plain-film.ts';

export interface PlainOpening {
  readonly spec: RenderSpec;
  /** The folder of the store. */
  readonly folder: string;
  /** What drawing one segment takes. */
  readonly drawMs: number;
  /** Each segment that is drawn is written here, a line each. */
  readonly journal: string | null;
  /** While this file is there, POISON kills. */
  readonly poison: string | null;
  /** A file that says which version draws. */
  readonly version?: string;
}
export interface PlainAsk {
  readonly id: number;
  readonly step: RenderStep;
}
export type PlainTold =
  | { readonly id: number; readonly kind: 'progress'; readonly fraction: number }
  | { readonly id: number; readonly kind: 'done'; readonly result: StepResults[RenderStep['kind']] }
  | { readonly id: number; readonly kind: 'failed'; readonly error: ReturnType<typeof errorToWire> };

// Whoever started it is gone: so is this.
process.on('disconnect', () => process.exit(1));
// A parent that was killed this moment hears no more: its silence is met above.
const tell = (told: PlainTold) => process.send?.(told, undefined, undefined, () => undefined);
let opening: PlainOpening | null = null;
process.on('message', (message: PlainOpening | PlainAsk) => {
  if ('spec' in message) {
    opening = message;
    process.send?.({ id: 0, kind: 'done' }, undefined, undefined, () => undefined);
    return;
  }
  const { id, step } = message;
  run(opening as PlainOpening, step, (fraction) => tell({ id, kind: 'progress', fraction })).then(
    (result) => tell({ id, kind: 'done', result }),
    (error: unknown) => tell({ id, kind: 'failed', error: errorToWire(error) }),
  );
});

async function run(
  { spec: asked, folder, drawMs, journal, poison, version: said }: PlainOpening,
  step: RenderStep,
  onProgress: (fraction: number) => void,
): Promise<StepResults[RenderStep['kind']]> {
  const version = said && existsSync(said) ? readFileSync(said, 'utf8') : '';
  const spec = { ...asked, version };
  const assets = accountAssets(diskStore(folder), spec.accountId);
  const keys = segmentKeys(spec);
  const summary = async (index: number): Promise<SegmentSummary> => ({
    index,
    key: keys[index] as CacheKey,
    frameCount: FRAMES,
    stored: await assets.hasProduct(SEGMENT_PRODUCT, keys[index] as CacheKey),
  });
  switch (step.kind) {
    case 'prepare': {
      for (const scene of keys.keys())
        if (wordsOf(spec.project, scene).includes('UNREADABLE'))
          throw new AppError('invalid-input', 'A picture of this project cannot be read.');
      return {
        segments: await Promise.all([...keys.keys()].map(summary)),
        frameCount: keys.length * FRAMES,
        durationS: (keys.length * FRAMES * spec.output.rate.den) / spec.output.rate.num,
      };
    }
    case 'draw': {
      const segments: SegmentSummary[] = [];
      for (const [i, index] of step.segments.entries()) {
        const found = await summary(index);
        const words = wordsOf(spec.project, index);
        if (words.includes('POISON') && poison && existsSync(poison)) process.kill(process.pid, 'SIGKILL');
        if (words.includes('FULL')) throw new AppError('storage-full', 'The server has no room left.');
        if (words.includes('FOREVER')) await pause(600_000);
        if (!found.stored) {
          await pause(drawMs);
          await assets.putProduct(SEGMENT_PRODUCT, found.key, bytesOf(found.key));
          if (journal) appendFileSync(journal, `${found.key}\n`);
        }
        segments.push(found);
        onProgress((i + 1) / step.segments.length);
      }
      const drawnS = (segments.filter(({ stored }) => !stored).length * drawMs) / 1000;
      return { segments, cpuS: drawnS, drawing: null };
    }
    case 'sound': {
      const key = soundKeyOf(spec);
      await assets.putProduct(SOUND_PRODUCT, key, bytesOf(key));
      return { key };
    }
    case 'assemble': {
      const pieces: Uint8Array[] = [];
      for (const key of keys) pieces.push(await required(assets.getProduct(SEGMENT_PRODUCT, key)));
      pieces.push(await required(assets.getProduct(SOUND_PRODUCT, soundKeyOf(spec))));
      const bytes = new Uint8Array(Buffer.concat(pieces));
      return {
        film: await assets.put(bytes),
        bytes: bytes.length,
        mime: 'video/mp4',
        extension: 'mp4',
        captions: null,
      };
    }
  }
}

async function required(found: Promise<Uint8Array | null>): Promise<Uint8Array> {
  const bytes = await found;
  if (!bytes) throw new AppError('not-found', 'A segment is not in the store.');
  return bytes;
}
