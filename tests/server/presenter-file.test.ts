import { zipSync, strToU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash, PresenterId } from '#core/base/ids.ts';
import { encodeRecord } from '#core/base/records.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { receiptsIn } from '#shared/receipts-entry.ts';
import { keysOf, listOf, receiptOf } from '#tests/core/policy/consent/trust.ts';
import type { Likeness } from '#core/document/likeness.ts';
import type { MediaEntry } from '#core/document/project.ts';
import { BODY_POINTS, FACE_POINTS } from '#core/track/ports.ts';
import { FOOTAGE_FIT_VERSION } from '#core/presenter/footage/fit.ts';
import { MEASURES } from '#core/track/footage-track.ts';
import { readPresenterFile, writePresenterFile, type PortablePresenter } from '#shared/presenter-file.ts';

/** A fit that holds together, and says nothing of anyone. */
function fitOf(frames: number, over: object = {}): Uint8Array<ArrayBuffer> {
  const track = {
    rate: { num: 25, den: 1 },
    frameCount: frames,
    widthPx: 64,
    heightPx: 64,
    points: new Float32Array(frames * FACE_POINTS * 3),
    sure: new Float32Array(frames),
    seen: new Uint8Array(frames),
    measures: new Float32Array(frames * MEASURES.length),
    body: new Float32Array(frames * BODY_POINTS.length * 3),
    ...over,
  };
  return encodeRecord({
    kind: 'footage',
    version: FOOTAGE_FIT_VERSION,
    layout: { colourHeight: 0.75, matte: [0.5, 0, 0, 0.5, 0, 0.8] },
    track,
    bank: { kept: Uint32Array.of(0, 2) },
    graph: { rest: 1 },
    style: { learned: false },
  });
}

const CONSENT: Likeness = { kind: 'person', consent: { receiptId: 'r-17', issuer: 'https://trust.example' } };

async function sample(fit = fitOf(3), likeness: Likeness = CONSENT) {
  const film = Uint8Array.from({ length: 5000 }, (_, i) => (i * 97) % 251);
  const mouths = Uint8Array.from({ length: 900 }, (_, i) => (i * 31) % 241);
  const parts = new Map<AssetHash, Uint8Array<ArrayBuffer>>();
  const keep = async (bytes: Uint8Array<ArrayBuffer>) => {
    const hash = await sha256Hex(bytes);
    parts.set(hash, bytes);
    return hash;
  };
  const presenter = {
    kind: 'footage',
    id: 'me-1' as PresenterId,
    name: 'Ada',
    likeness,
    fit: await keep(fit),
    film: await keep(film),
    mouths: await keep(mouths),
  } as const;
  const media = [...parts].map(([hash, bytes]): MediaEntry => ({
    hash,
    name: 'A part',
    mime: hash === presenter.film ? 'video/mp4' : 'application/octet-stream',
    bytes: bytes.length,
    kind: hash === presenter.film ? 'video' : 'data',
    widthPx: 0,
    heightPx: 0,
    durationS: null,
  }));
  const made: PortablePresenter = {
    presenter,
    media,
    thumbnail: new Blob([Uint8Array.of(0xff, 0xd8, 1, 2, 3)], { type: 'image/jpeg' }),
    troubles: [{ code: 'too-dark', weight: 'warn', startS: 1, endS: 2, sentence: 'Dark.', way: 'Light.' }],
    durationS: 20,
  };
  return {
    made,
    parts,
    write: () => writePresenterFile(made, (hash) => Promise.resolve(parts.get(hash) ?? null)),
  };
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

test('a presenter comes back whole, with its likeness, its consent and its troubles', async () => {
  const { made, parts, write } = await sample();
  const file = await write();
  expect(file.type).toBe('application/vnd.orator.presenter+zip');
  const read = await readPresenterFile(await bytesOf(file));
  expect(read.presenter).toEqual(made.presenter);
  expect(read.media).toEqual(made.media);
  expect(read.troubles).toEqual(made.troubles);
  expect(read.durationS).toBe(20);
  expect(new Map(read.parts)).toEqual(parts);
  expect(await bytesOf(read.thumbnail)).toEqual(await bytesOf(made.thumbnail));
});

test('receipts travel along, and what is no receipt is passed over', async () => {
  const { made, parts, write } = await sample();
  const get = (hash: AssetHash) => Promise.resolve(parts.get(hash) ?? null);
  const bundle = {
    receipt: receiptOf({ presenter: presenterHash(made.presenter) }),
    keys: keysOf(),
    revocations: listOf(),
  };
  const file = await bytesOf(await writePresenterFile(made, get, [bundle, { ...bundle, revocations: null }]));
  expect((await readPresenterFile(file)).receipts).toEqual([bundle, { ...bundle, revocations: null }]);
  expect((await readPresenterFile(await bytesOf(await write()))).receipts).toEqual([]);
  expect(receiptsIn(new TextEncoder().encode('[{"receipt":1}, null]'))).toEqual([]);
  expect(receiptsIn(new TextEncoder().encode('no JSON'))).toEqual([]);
});

test('the same presenter always gives the same bytes', async () => {
  const { write } = await sample();
  expect(await bytesOf(await write())).toEqual(await bytesOf(await write()));
});

test('who has not agreed has not agreed after a journey, either', async () => {
  const { write } = await sample(fitOf(3), { kind: 'person', consent: null });
  const read = await readPresenterFile(await bytesOf(await write()));
  expect(read.presenter.likeness).toEqual({ kind: 'person', consent: null });
});

test('a part that is gone is told before anything is written', async () => {
  const { made } = await sample();
  await expect(writePresenterFile(made, () => Promise.resolve(null))).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('Ada') as string,
  });
});

describe('a file from elsewhere', () => {
  type Entries = Record<string, Uint8Array<ArrayBuffer>>;
  /** The file with something done to its entries; its manifest is made to agree unless told. */
  async function changed(change: (entries: Entries) => void, agree = true, fit?: Uint8Array<ArrayBuffer>) {
    const { write } = await sample(fit);
    const entries = unzipSync(await bytesOf(await write())) as Entries;
    change(entries);
    if (agree && entries['manifest.json'] && entries['presenter.json']) {
      const manifest = jsonOf(entries['manifest.json']);
      manifest['presenter'] = await sha256Hex(entries['presenter.json'].slice());
      entries['manifest.json'] = strToU8(JSON.stringify(manifest));
    }
    return zipSync(entries, { level: 0 });
  }
  const jsonOf = (bytes: Uint8Array) =>
    JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const edit = (entries: Entries, change: (json: Record<string, unknown>) => void) => {
    const json = jsonOf(entries['presenter.json'] as Uint8Array);
    change(json);
    entries['presenter.json'] = strToU8(JSON.stringify(json));
  };
  const partsOf = (entries: Entries) => Object.keys(entries).filter((name) => name.startsWith('parts/'));

  test.each<[string, (entries: Entries) => void, boolean, string, RegExp]>([
    ['lacks its presenter', (e) => delete e['presenter.json'], true, 'corrupt-file', /no presenter/],
    ['lacks its manifest', (e) => delete e['manifest.json'], true, 'corrupt-file', /list of contents/],
    [
      'lacks a part',
      (e) => Reflect.deleteProperty(e, partsOf(e)[0] as string),
      true,
      'corrupt-file',
      /part of it is missing/,
    ],
    [
      'has a part with a byte turned',
      (e) => {
        const part = e[partsOf(e)[1] as string] as Uint8Array;
        part[10] = (part[10] as number) ^ 1;
      },
      true,
      'corrupt-file',
      /not the one that was saved/,
    ],
    [
      'says whose it is in other words than were saved',
      (e) =>
        edit(e, (json) => ((json['presenter'] as { likeness: unknown }).likeness = { kind: 'synthetic' })),
      false,
      'corrupt-file',
      /changed after it was saved/,
    ],
    ['has another picture', (e) => (e['thumbnail.jpg'] = Uint8Array.of(1)), true, 'corrupt-file', /picture/],
    [
      'is of a later version',
      (e) => edit(e, (json) => (json['schema'] = 9999)),
      true,
      'newer-version',
      /newer/,
    ],
    [
      'holds a drawn character',
      (e) => edit(e, (json) => (json['presenter'] = { kind: 'illustrated', id: 'x', name: 'x' })),
      true,
      'invalid-input',
      /Presenter 2/,
    ],
    [
      'names a likeness that there is not',
      (e) => edit(e, (json) => ((json['presenter'] as { likeness: unknown }).likeness = { kind: 'alien' })),
      true,
      'invalid-input',
      /likeness/,
    ],
    [
      'is a project',
      (e) => (e['manifest.json'] = strToU8('{"kind":"orator"}')),
      false,
      'invalid-input',
      /not a \.presenter file/,
    ],
  ])('that %s is refused', async (_, change, agree, code, sentence) => {
    const refused = await readPresenterFile(await changed(change, agree)).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code,
      message: expect.stringMatching(sentence) as string,
    });
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['more frames than it measures', fitOf(3, { frameCount: 4 })],
    ['no number of frames', fitOf(3, { frameCount: 2.5 })],
    ['points that are no numbers', fitOf(3, { points: new Float32Array(3 * FACE_POINTS * 3).fill(NaN) })],
    ['a frame rate of nothing', fitOf(3, { rate: { num: 25, den: 0 } })],
    ['no track', encodeRecord({ kind: 'footage', version: FOOTAGE_FIT_VERSION })],
    ['another kind', encodeRecord({ kind: 'photo', version: 1 })],
    ['noise', Uint8Array.from({ length: 400 }, (_, i) => (i * 89) % 256)],
  ])('whose fit has %s is refused', async (_, fit) => {
    const refused = readPresenterFile(await changed(() => undefined, true, fit));
    await expect(refused).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  test('files that are not Orator’s are passed over, wherever their names point', async () => {
    const read = await readPresenterFile(
      await changed((entries) => {
        entries['../../etc/passwd'] = Uint8Array.of(1);
        entries['parts/../x'] = Uint8Array.of(2);
      }),
    );
    expect(read.parts.size).toBe(3);
  });

  test('a bomb is not unpacked', async () => {
    const { made, write } = await sample();
    const entries = unzipSync(await bytesOf(await write()));
    const bomb = new Uint8Array(200 << 20);
    const packed = zipSync({ ...entries, [`parts/${made.presenter.fit}`]: [bomb, { level: 9 }] });
    await expect(readPresenterFile(packed)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('unpacks to more') as string,
    });
  });

  test.each([1, 100, 2000, 6000])('cut off after %i bytes it is refused in a sentence', async (length) => {
    const { write } = await sample();
    const whole = await bytesOf(await write());
    const refused: unknown = await readPresenterFile(whole.slice(0, length)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'AppError', way: expect.stringMatching(/\.$/) as string });
  });

  test('troubles that are no troubles are left out', async () => {
    const read = await readPresenterFile(
      await changed((entries) =>
        edit(entries, (json) => {
          json['troubles'] = [
            { code: 'too-dark', weight: 'warn', startS: 'soon', endS: 2, sentence: 'Dark.', way: 'Light.' },
            { code: 'evil', weight: 'warn', startS: 0, endS: 2, sentence: 'x', way: 'y' },
            { code: 'too-dark', weight: 'warn', startS: 0, endS: 2, sentence: 'x'.repeat(5000), way: 'y' },
            null,
          ];
          json['durationS'] = -3;
        }),
      ),
    );
    expect(read.troubles).toMatchObject([{ code: 'too-dark', startS: null, endS: 2 }]);
    expect(read.durationS).toBe(0);
  });
});
