/**
 * Who encodes a film. There is no NVIDIA card where this runs, so what is held here is what happens without one, that the
 * probe says yes to an encoder that works, and that what a card would be asked is what FFmpeg's encoders for it take.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING, avGetPixFmtName, Codec, CodecContext } from 'node-av';
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { newProject } from '#core/document/create.ts';
import { planarToP010 } from '#core/output/p010.ts';
import { QUIET } from '#server/logger.ts';
import { encoderChoice, serverEncoder } from '#server/render/encoder-choice.ts';
import { encoderSettings, nativeEncoding } from '#server/render/encoder-settings.ts';
import { probeEncoder, type ProbeAnswer } from '#server/render/encoder-probe.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import type { EncodedBy, EncoderWish, OutputSpec } from '#server/render/process.ts';
import { readSettings } from '#server/settings.ts';

const OUTPUT: OutputSpec = {
  ...{ codec: 'h264', container: 'mp4', widthPx: 320, heightPx: 180, rate: { num: 25, den: 1 } },
  ...{ bits: 8, alpha: false, effort: 'draft', supersample: 1, captions: 'none' },
};
const question = (output: OutputSpec, by: 'software' | 'nvenc') => ({
  encoding: nativeEncoding(output),
  settings: encoderSettings(output, by),
});
/** Where there is a card after all, what is said of machines without one says nothing. */
const onCard = await probeEncoder(question(OUTPUT, 'nvenc'));

describe('tried', () => {
  test.skipIf(onCard.works)('an encoder whose card is not there says no, and why', () => {
    expect(onCard).toEqual({
      works: false,
      why: expect.stringMatching(/^h264_nvenc cannot be used here: .*\w\.$/) as string,
    });
  });

  test.each<Partial<OutputSpec>>([
    { codec: 'h264' },
    { codec: 'h265', bits: 10 },
    { codec: 'av1', supersample: 2 },
  ])('one that works gives whole films back: %j', async (over) => {
    expect(await probeEncoder(question({ ...OUTPUT, ...over }, 'software'))).toEqual({ works: true });
  });

  test('one whose frames come back as others does not work, nor does one that there is not', async () => {
    const { encoding, settings } = question(OUTPUT, 'software');
    // Samples of two bytes, taken for samples of one.
    const planes = { ...settings.planes, bits: 10 } as const;
    expect(await probeEncoder({ encoding, settings: { ...settings, planes } })).toMatchObject({
      works: false,
      why: expect.stringContaining('came back as another') as string,
    });
    expect(await probeEncoder({ encoding, settings: { ...settings, encoder: 'none_such' } })).toEqual({
      works: false,
      why: 'none_such cannot be used here: There is no encoder none_such here.',
    });
  });
});

describe('chosen', () => {
  /** A card that is there: its encoders are FFmpeg's own. */
  const there = (wish: EncoderWish, alone: boolean, told: ProbeAnswer[] = []) =>
    encoderChoice({
      ...{ wish, alone },
      onCard: (output) => encoderSettings(output, 'software'),
      tell: (_encoder, _output, answer) => told.push(answer),
    });
  const FULL = { ...OUTPUT, effort: 'full' } as const;

  test('where one is alone a card that works makes drafts, never full quality; each kind is tried once', async () => {
    const told: ProbeAnswer[] = [];
    const choice = there('auto', true, told);
    expect(await choice.of(FULL)).toBe('software');
    expect(told).toEqual([]);
    expect(await Promise.all([choice.of(OUTPUT), choice.of(OUTPUT)])).toEqual(['nvenc', 'nvenc']);
    expect(await choice.of(OUTPUT)).toBe('nvenc');
    // Whether there is any, and whether it does this.
    expect(told).toEqual([{ works: true }, { works: true }]);
  });

  test('among others it is software unless it is set', async () => {
    expect(await there('auto', false).of(OUTPUT)).toBe('software');
    const settings = readSettings({ DATABASE_URL: 'postgres://a@b/c' });
    expect(await serverEncoder(settings, QUIET).of(OUTPUT)).toBe('software');
    const set = there('nvenc', false);
    expect(await set.of(FULL)).toBe('nvenc');
    await expect(set.require()).resolves.toBeUndefined();
  });

  test('what no card takes is software’s, whatever is set', async () => {
    const set = there('nvenc', false);
    for (const over of [
      { codec: 'prores4444', container: 'mov', bits: 10 },
      { codec: 'vp9', container: 'webm', alpha: true },
      { bits: 10 },
    ] as const) {
      expect(await set.of({ ...OUTPUT, ...over })).toBe('software');
      const output = { ...OUTPUT, ...over };
      expect(encoderSettings(output, 'nvenc')).toEqual(encoderSettings(output, 'software'));
    }
  });

  test.skipIf(onCard.works)(
    'without a card, auto is software, and nvenc is refused in a sentence',
    async () => {
      const told: string[] = [];
      const tell = (encoder: string) => told.push(encoder);
      const auto = encoderChoice({ wish: 'auto', alone: true, tell });
      expect(await auto.of(OUTPUT)).toBe('software');
      expect(await auto.of({ ...OUTPUT, codec: 'av1' })).toBe('software');
      // Nor is a film that was begun on a card gone on with there.
      expect(await auto.of(OUTPUT, 'nvenc')).toBe('software');
      // That there is no card was found out once.
      expect(told).toEqual(['h264_nvenc']);
      await expect(auto.require()).resolves.toBeUndefined();

      const set = encoderChoice({ wish: 'nvenc', alone: true });
      await expect(set.require()).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringMatching(/^RENDER_ENCODER is nvenc, and h264_nvenc cannot be used/) as string,
        way: expect.stringContaining('RENDER_ENCODER=software') as string,
      });
      await expect(set.of(FULL)).rejects.toMatchObject({ code: 'encoder-failed' });
      // What software began goes on in software, whatever is set by now.
      expect(await set.of(FULL, 'software')).toBe('software');
    },
  );

  test.skipIf(onCard.works)(
    'a worker that is set to a card it lacks ends at its start, and says what to do',
    async () => {
      const env = {
        ...process.env,
        ...{ RENDER_ENCODER: 'nvenc', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      };
      const worker = spawn(process.execPath, ['server/worker.ts'], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      worker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      const code = await new Promise((resolve) => worker.on('close', resolve));
      expect(code).toBe(1);
      expect(said).toContain('RENDER_ENCODER is nvenc');
      expect(said).toContain('RENDER_ENCODER=software');
    },
  );
});

describe('a film', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-encoder-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const project = newProject({ name: 'Short', scenes: [['Hello.']] });
  const opened = async (by: EncodedBy) => {
    const open = renderProcesses({ kind: 'disk', folder }, { encoder: { of: () => Promise.resolve(by) } });
    const spec = {
      project,
      grade: 'final',
      connection: 'server',
      receipts: [],
      output: OUTPUT,
      accountId: 'someone',
    } as const;
    const film = await open(spec, { wallS: 60, memoryMiB: 3000, diskMiB: 100 });
    const { segments } = await film.run<'prepare'>({ kind: 'prepare' }, () => undefined);
    return { film, keys: segments.map(({ key }) => key) };
  };

  test.skipIf(onCard.works)('is encoded by whom it was said, under names of its own', async () => {
    const [software, nvenc] = [await opened('software'), await opened('nvenc')];
    try {
      expect(nvenc.keys).toHaveLength(software.keys.length);
      expect(nvenc.keys.some((key) => software.keys.includes(key))).toBe(false);
      const draw = { kind: 'draw', segments: [0] } as const;
      await expect(software.film.run<'draw'>(draw, () => undefined)).resolves.toBeDefined();
      await expect(nvenc.film.run<'draw'>(draw, () => undefined)).rejects.toMatchObject({
        code: 'encoder-failed',
      });
    } finally {
      await software.film.close();
      await nvenc.film.close();
    }
  });
});

describe('a card is asked', () => {
  const asked = (['h264', 'h265', 'av1'] as const).flatMap((codec) =>
    (['full', 'draft'] as const).flatMap((effort) =>
      (codec === 'h264' ? ([8] as const) : ([8, 10] as const)).map((bits) => ({ codec, effort, bits })),
    ),
  );

  test.each(asked)('for what its encoder has, by the names that FFmpeg knows: %j', (over) => {
    const { encoder, pixelFormat, options } = encoderSettings({ ...OUTPUT, ...over }, 'nvenc');
    const codec = Codec.findEncoderByName(encoder as never);
    if (!codec) throw new Error(`this FFmpeg has no ${encoder}`);
    expect(codec.pixelFormats?.map((format) => avGetPixFmtName(format))).toContain(pixelFormat);
    using context = new CodecContext();
    context.allocContext3(codec);
    const set = (name: string, value: string) =>
      context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    for (const [name, value] of Object.entries(options)) expect(set(name, value), name).toBe(0);
    expect(set('no-such-option', '1')).toBeLessThan(0);
  });

  test('for groups of pictures that are closed, and for more pains where it is for the film', () => {
    const of = (effort: 'full' | 'draft') => encoderSettings({ ...OUTPUT, effort }, 'nvenc').options;
    for (const effort of ['full', 'draft'] as const)
      expect(of(effort)).toMatchObject({
        g: '50',
        strict_gop: '1',
        'forced-idr': '1',
        rc: 'vbr',
        tune: 'hq',
      });
    expect(of('full')['preset']).toBe('p7');
    expect(of('draft')['preset']).toBe('p2');
    expect(Number(of('full')['cq'])).toBeLessThan(Number(of('draft')['cq']));
  });

  test('in ten bits as FFmpeg itself would lay them out', () => {
    const [width, height] = [32, 18];
    const random = seededRandom(3);
    const planar = Uint16Array.from({ length: width * height * 1.5 }, () => Math.floor(random() * 1024));
    const bytes = new Uint8Array(planar.buffer);
    const ours = new Uint8Array(bytes.length);
    planarToP010(bytes, width, height, ours);
    const raw = (format: string) => ['-f', 'rawvideo', '-pix_fmt', format];
    const size = ['-s', `${width}x${height}`];
    const theirs = execFileSync(
      'ffmpeg',
      ['-v', 'error', ...raw('yuv420p10le'), ...size, '-i', '-', ...raw('p010le'), '-'],
      { input: bytes },
    );
    expect(Buffer.from(ours).equals(theirs)).toBe(true);
  });
});
