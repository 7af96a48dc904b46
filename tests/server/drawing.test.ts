/**
 * Who draws a film on a server: the card where it draws the same and is faster, Skia everywhere else, and where the card is
 * lost in the middle. The card is SwiftShader's, a real device that is really destroyed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newProject } from '#core/document/create.ts';
import { SEGMENT_PRODUCT } from '#core/output/ports.ts';
import type { Card } from '#server/render/adapters/dawn.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { kindOfFilm } from '#server/render/output-spec.ts';
import type { CompositorWish, Drawing, OutputSpec, RenderSpec } from '#server/render/process.ts';
import { RenderWork } from '#server/render/work.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';
import { useSoftwareCard } from './harness/software-card.ts';

const cards: Card[] = [];
vi.mock('#server/render/adapters/dawn.ts', async (original) => {
  const real = await original<{ openCard(): Promise<Card | null> }>();
  return {
    ...real,
    async openCard() {
      const card = await real.openCard();
      if (card) cards.push(card);
      return card;
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'orator-drawing-test-'));
const LIMITS = { wallS: 120, memoryMiB: 3000, diskMiB: 100 };
const OUTPUT: OutputSpec = {
  ...{ codec: 'h264', container: 'mp4', widthPx: 128, heightPx: 72, rate: { num: 8, den: 1 } },
  ...{ bits: 8, alpha: false, effort: 'draft', supersample: 1, captions: 'none' },
};
/** Elsewhere there is no saying that there is no card. */
const CARDS_BY_VULKAN = process.platform === 'linux';
const GOES_ON = { aborted: false };
const PROJECT = newProject({ name: 'Short', scenes: [['Hello.']] });
let accounts = 0;
/** The same film, of an account of its own: nothing of it is in the store. */
const film = (output: Partial<OutputSpec> = {}): RenderSpec => ({
  project: PROJECT,
  ...{ grade: 'final', connection: 'server', receipts: [], accountId: `account-${accounts++}` },
  output: { ...OUTPUT, ...output },
});
const place = (wish: CompositorWish, told: Drawing[] = []) => ({
  store: diskStore(folder),
  scratch: join(folder, 'scratch'),
  drawing: { wish, known: {}, tell: (_: string, drawing: Drawing) => void told.push(drawing) },
  encodedBy: 'software' as const,
});

const driverBefore = process.env['VK_ICD_FILENAMES'];
const driver = await useSoftwareCard();
afterAll(() => {
  if (driverBefore === undefined) delete process.env['VK_ICD_FILENAMES'];
  else process.env['VK_ICD_FILENAMES'] = driverBefore;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Processes that this one started and that still run. */
function children(): readonly number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
}

/** Draws the film's one segment. */
async function drawn(
  spec: RenderSpec,
  wish: CompositorWish,
  onFraction: (fraction: number) => void = () => undefined,
) {
  const told: Drawing[] = [];
  const work = await RenderWork.open(spec, place(wish, told));
  try {
    const step = { kind: 'draw', segments: [0] } as const;
    const result = await work.run(step, ({ fraction }) => onFraction(fraction), GOES_ON);
    if (!('drawing' in result)) throw new Error('That was no drawing.');
    const [segment] = result.segments;
    if (!segment) throw new Error('Nothing was drawn.');
    const assets = accountAssets(diskStore(folder), spec.accountId);
    const bytes = await assets.getProduct(SEGMENT_PRODUCT, segment.key);
    return { ...segment, bytes, drawing: result.drawing, told };
  } finally {
    await work.close();
  }
}

test.skipIf(!CARDS_BY_VULKAN)('without a card Skia draws, and says why', async () => {
  process.env['VK_ICD_FILENAMES'] = join(folder, 'no-such-driver.json');
  const { drawing, bytes } = await drawn(film(), 'auto');
  expect(drawing).toEqual({ kind: 'canvas2d', why: 'no-card', card: null, msPerFrame: null });
  expect(bytes?.length).toBeGreaterThan(0);
});

test.skipIf(!CARDS_BY_VULKAN)(
  'a card that was asked for and is not there is said to be missing',
  async () => {
    process.env['VK_ICD_FILENAMES'] = join(folder, 'no-such-driver.json');
    await expect(drawn(film(), 'dawn')).rejects.toMatchObject({ code: 'unsupported-browser' });
  },
);

describe.skipIf(driver === null)('with a card', () => {
  let bySkia: Awaited<ReturnType<typeof drawn>>;
  beforeAll(async () => {
    process.env['VK_ICD_FILENAMES'] = driver as string;
    bySkia = await drawn(film(), 'canvas2d');
  });

  test('both are tried on the film, the faster one draws, and later films are told', async () => {
    const open = renderProcesses({ kind: 'disk', folder });
    const asked = async () => {
      const opened = await open(film(), LIMITS);
      try {
        return (await opened.run<'draw'>({ kind: 'draw', segments: [0] }, () => undefined)).drawing;
      } finally {
        await opened.close();
      }
    };
    const drawing = await asked();
    expect(drawing?.card?.software).toBe(true);
    const { canvas2d, webgpu } = drawing?.msPerFrame ?? { canvas2d: 0, webgpu: 0 };
    expect(canvas2d).toBeGreaterThan(0);
    expect(webgpu).toBeGreaterThan(0);
    expect(drawing?.kind).toBe(webgpu < canvas2d ? 'webgpu' : 'canvas2d');
    // The same figures: nothing was measured again.
    expect(await asked()).toEqual(drawing);
  });

  test('the card draws where it is asked to, under the name that Skia’s segment has', async () => {
    const onCard = await drawn(film(), 'dawn');
    expect(onCard.drawing).toMatchObject({ kind: 'webgpu', why: 'asked', card: { software: true } });
    expect(onCard.key).toBe(bySkia.key);
    expect(onCard.frameCount).toBe(bySkia.frameCount);
  });

  test('a card lost in the middle of a segment: Skia draws all of it', async () => {
    let [lostAt, began] = [0, 0];
    const onCard = await drawn(film(), 'dawn', (fraction) => {
      if (fraction < 0.4 && lostAt > 0) began++;
      if (fraction < 0.5 || lostAt > 0) return;
      lostAt = fraction;
      cards.at(-1)?.device.destroy();
    });
    expect(lostAt).toBeGreaterThan(0);
    expect(began).toBeGreaterThan(0);
    expect(onCard.told.map(({ kind, why }) => [kind, why])).toEqual([
      ['webgpu', 'asked'],
      ['canvas2d', 'card-failed'],
    ]);
    expect(onCard.drawing?.kind).toBe('canvas2d');
    expect(Buffer.compare(onCard.bytes ?? Buffer.of(), bySkia.bytes ?? Buffer.of(0))).toBe(0);
  });

  test('a card that takes its process with it is not tried again', async () => {
    const card = { name: 'a driver that fails', software: false };
    const kind = kindOfFilm(film());
    const known: Record<string, Drawing> = {
      [kind]: { kind: 'webgpu', why: 'card-faster', card, msPerFrame: null },
    };
    const open = renderProcesses({ kind: 'disk', folder }, { known });
    const others = children();
    // Long enough that it is not done when it is killed.
    const doomed = await open(film({ rate: { num: 50, den: 1 } }), LIMITS);
    const [pid] = children().filter((child) => !others.includes(child));
    const draw = { kind: 'draw', segments: [0] } as const;
    let alive = true;
    const killed = doomed.run<'draw'>(draw, () => {
      if (alive) process.kill(pid as number, 'SIGKILL');
      alive = false;
    });
    await expect(killed).rejects.toMatchObject({ code: 'device-lost' });
    await doomed.close();
    expect(known[kind]).toEqual({ kind: 'canvas2d', why: 'card-failed', card, msPerFrame: null });
    const next = await open(film(), LIMITS);
    const { drawing } = await next.run<'draw'>(draw, () => undefined);
    await next.close();
    expect(drawing).toEqual(known[kind]);
  });

  test('nothing behind the presenter is nothing on the card too', async () => {
    const { drawing } = await drawn(
      film({ codec: 'prores4444', container: 'mov', bits: 10, alpha: true }),
      'auto',
    );
    expect(drawing?.why).toMatch(/^card-(faster|slower)$/);
    expect(drawing?.msPerFrame).not.toBeNull();
  });
});
