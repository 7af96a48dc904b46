/**
 * Uploads are resumable, become assets only when they are what was announced, and lead nowhere they should not. On a real
 * database and a real store; once through a server that is killed with -9 on the way.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { partReader } from '#server/services/assets/part-body.ts';
import { UPLOAD_LIMITS } from '#server/services/assets/parts.ts';
import { newWriter, serve, SERVED_ORIGIN } from './harness/serving.ts';
import { openTrust, ORIGIN, type Trust } from './harness/trust.ts';
import { hashOf, noisePicture, tusClient, type Tus } from './harness/uploads.ts';

const PART = UPLOAD_LIMITS.leastPartBytes;

describe('in a server of its own', () => {
  let trust: Trust;
  let nowMs = Date.parse('2030-01-01T00:00:00Z');
  beforeAll(async () => {
    trust = await openTrust({
      host: { now: () => nowMs },
      env: { ACCOUNT_STORAGE_MB: '2', ASSET_MB: '1', REQUESTS_PER_MINUTE: '100000' },
    });
  });
  afterAll(() => trust.close());
  const someone = async (): Promise<Tus & { readonly accountId: string }> => {
    const person = await trust.person();
    return { ...tusClient(ORIGIN, person.headers, trust.fetch), accountId: person.accountId };
  };
  const begun = async (tus: Tus, file: Uint8Array) => {
    const answer = await tus.begin(hashOf(file), file.length);
    expect(answer.status, await answer.clone().text()).toBe(201);
    return answer.headers.get('Location') ?? '';
  };
  const missing = async (tus: Tus, ...hashes: string[]) =>
    ((await (await tus.json('POST', '/api/assets/missing', { hashes })).json()) as { missing: string[] })
      .missing;

  test('parts become an asset once they are what was announced, and nobody else has it', async () => {
    const [tus, other] = [await someone(), await someone()];
    const file = noisePicture(PART * 2 + 5);
    const hash = hashOf(file);
    expect(await missing(tus, hash)).toEqual([hash]);
    const location = await begun(tus, file);
    expect((await tus.part(location, 0, file.subarray(0, PART))).headers.get('Upload-Offset')).toBe(
      String(PART),
    );
    expect(await missing(tus, hash)).toEqual([hash]);
    // Begun again, from another tab or after a reload: the same upload, where it was.
    const again = await tus.begin(hash, file.length);
    expect(again.headers.get('Location')).toBe(location);
    expect(again.headers.get('Upload-Offset')).toBe(String(PART));
    expect((await other.where(location)).status).toBe(404);
    expect((await other.part(location, PART, file.subarray(PART))).status).toBe(404);
    expect((await tus.part(location, 0, file.subarray(0, PART))).status).toBe(409);
    expect((await tus.rest(location, file, PART)).status).toBe(204);
    expect(await missing(tus, hash)).toEqual([]);
    expect(await missing(other, hash)).toEqual([hash]);
    const read = await tus.json('GET', `/api/assets/${hash}`);
    expect(hashOf(new Uint8Array(await read.arrayBuffer()))).toBe(hash);
    expect(read.headers.get('Content-Disposition')).toBe('attachment');
    expect((await other.json('GET', `/api/assets/${hash}`)).status).toBe(404);
    // Nothing but the asset is left in the store, under the account and its hash alone.
    const keys = [];
    for await (const key of trust.services.store.list(`accounts/${tus.accountId}/`)) keys.push(key);
    expect(keys).toEqual([`accounts/${tus.accountId}/assets/${hash}`]);
    // Uploaded twice it takes no room, and no time.
    expect((await tus.begin(hash, file.length)).headers.get('Upload-Offset')).toBe(String(file.length));
    expect((await tus.json('DELETE', `/api/assets/${hash}`)).status).toBe(204);
    expect(await missing(tus, hash)).toEqual([hash]);
    expect((await tus.rest(await begun(tus, file), file, PART)).status).toBe(204);
    expect(await missing(tus, hash)).toEqual([]);
  });

  test('two that upload the same at once both push on', async () => {
    const tus = await someone();
    const file = noisePicture(PART * 6 + 1);
    const pushOn = async () => {
      const location = await begun(tus, file);
      for (;;) {
        const answer = await tus.rest(location, file, PART);
        if (answer.ok) return;
        expect(answer.status).toBe(409);
      }
    };
    await Promise.all([pushOn(), pushOn(), pushOn()]);
    const read = await tus.json('GET', `/api/assets/${hashOf(file)}`);
    expect(hashOf(new Uint8Array(await read.arrayBuffer()))).toBe(hashOf(file));
  });

  test('what is not what was announced, or nothing we know, is refused and forgotten', async () => {
    const tus = await someone();
    const file = noisePicture(PART + 9);
    const other = file.map((byte, i) => (i === PART ? byte ^ 1 : byte));
    const location = await begun(tus, file);
    expect(
      (await tus.part(location, 0, file.subarray(0, PART), { 'Upload-Checksum': `sha256 ${btoa('x')}` }))
        .status,
    ).toBe(460);
    expect((await tus.part(location, 0, file, { 'Upload-Checksum': 'md5 x' })).status).toBe(400);
    expect((await tus.where(location)).headers.get('Upload-Offset')).toBe('0');
    const refused = await tus.part(location, 0, other);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'corrupt-file' });
    expect((await tus.where(location)).status).toBe(404);
    expect(await missing(tus, hashOf(file))).toEqual([hashOf(file)]);

    const texts = [
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '<html><script>1</script>',
      '{"a":1}',
      '%PDF-1.7',
      'MZ\x90',
      'PK\x03\x04',
    ];
    for (const text of texts) {
      const page = new TextEncoder().encode(text);
      const answer = await tus.part(await begun(tus, page), 0, page);
      expect(answer.status, text).toBe(415);
      expect((await tus.json('GET', `/api/assets/${hashOf(page)}`)).status).toBe(404);
    }
  });

  test('too much, too little and nonsense are refused in a sentence', async () => {
    const tus = await someone();
    const file = noisePicture(PART * 2);
    const location = await begun(tus, file);
    expect((await tus.part(location, 0, file.subarray(0, 9))).status).toBe(400);
    expect((await tus.part(location, 0, new Uint8Array(file.length + 1))).status).toBe(413);
    expect((await tus.part(location, 0, new Uint8Array(UPLOAD_LIMITS.partBytes + 1))).status).toBe(413);
    expect((await tus.part(location, 0, file, { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await tus.part(location, 0, file, { 'Tus-Resumable': '0.2.2' })).status).toBe(400);
    expect((await tus.begin(hashOf(file), file.length + 1)).status).toBe(409);
    expect((await tus.begin(hashOf(file), 1_048_577)).status).toBe(413);
    for (const [hash, bytes] of [
      ['../../etc/passwd', 5],
      ['A'.repeat(64), 5],
      ['a'.repeat(64), 0],
      ['a'.repeat(64), 0.5],
    ] as const)
      expect((await tus.begin(hash, bytes)).status, `${hash} ${bytes}`).toBe(400);
    for (const path of [
      '/api/uploads/..%2f..',
      '/api/uploads/%2e%2e',
      '/api/assets/..%2f..',
      '/api/assets/%00',
    ])
      expect([400, 404], path).toContain((await tus.json('GET', path)).status);
    const options = await tus.json('OPTIONS', '/api/uploads');
    expect(options.headers.get('Tus-Extension')).toContain('checksum');
    expect(options.headers.get('Tus-Max-Size')).toBe('1048576');
  });

  test('an account has its room, and uploads under way count', async () => {
    const tus = await someone();
    const files = [noisePicture(900_000), noisePicture(900_000), noisePicture(900_000)] as const;
    await tus.rest(await begun(tus, files[0]), files[0], 900_000);
    const second = await begun(tus, files[1]);
    const full = await tus.begin(hashOf(files[2]), files[2].length);
    expect(full.status).toBe(507);
    expect(await full.json()).toMatchObject({
      code: 'storage-full',
      message: expect.stringContaining('2 MB') as string,
    });
    // Ten at once do not fit where one does not.
    const many = await Promise.all(
      Array.from({ length: 10 }, (_, i) => tus.begin(String(i).repeat(64), 150_000)),
    );
    expect(many.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await tus.json('DELETE', second)).status).toBe(204);
    expect((await tus.begin(hashOf(files[2]), files[2].length)).status).toBe(201);
    const stock = (await (await tus.json('GET', '/api/assets')).json()) as {
      usedBytes: number;
      assets: unknown[];
    };
    expect(stock.usedBytes).toBe(1_950_000);
    expect(stock.assets).toMatchObject([{ hash: hashOf(files[0]), mime: 'image/png' }]);
  });

  test('what stopped and is begun anew leaves no parts behind', async () => {
    const tus = await someone();
    const file = noisePicture(PART * 2);
    await tus.part(await begun(tus, file), 0, file.subarray(0, PART));
    const parts = async () => {
      const found = [];
      for await (const key of trust.services.store.list(`accounts/${tus.accountId}/uploads/`))
        found.push(key);
      return found;
    };
    expect(await parts()).toHaveLength(1);
    nowMs += 25 * 3_600_000;
    const again = await begun(tus, file);
    expect(await parts()).toEqual([]);
    expect((await tus.where(again)).headers.get('Upload-Offset')).toBe('0');
    expect((await tus.rest(again, file, PART)).status).toBe(204);
    expect(await parts()).toEqual([]);
  });

  test('what stopped goes after its hours, what nobody uses after its days', async () => {
    const tus = await someone();
    const [stopped, kept] = [noisePicture(PART * 2), noisePicture(PART)] as const;
    const location = await begun(tus, stopped);
    await tus.part(location, 0, stopped.subarray(0, PART));
    await tus.rest(await begun(tus, kept), kept, PART);
    nowMs += 25 * 3_600_000;
    expect((await tus.where(location)).status).toBe(404);
    await trust.services.assets.sweep();
    const keys = async () => {
      const found = [];
      for await (const key of trust.services.store.list(`accounts/${tus.accountId}/`)) found.push(key);
      return found;
    };
    expect(await keys()).toEqual([`accounts/${tus.accountId}/assets/${hashOf(kept)}`]);
    nowMs += 20 * 86_400_000;
    expect(await missing(tus, hashOf(kept))).toEqual([]);
    nowMs += 20 * 86_400_000;
    await trust.services.assets.sweep();
    expect(await keys()).toHaveLength(1);
    nowMs += 11 * 86_400_000;
    await trust.services.assets.sweep();
    expect(await keys()).toEqual([]);
    expect(await missing(tus, hashOf(kept))).toEqual([hashOf(kept)]);
  });

  test('what a lost connection brought is kept', async () => {
    const body = (fail: boolean) =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new Uint8Array(PART));
          if (fail) controller.error(new Error('gone'));
        },
      });
    const silent = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(new Uint8Array(PART)) });
    const reader = partReader({ ...UPLOAD_LIMITS, silenceMs: 30 } as unknown as typeof UPLOAD_LIMITS);
    const read = async (stream: ReadableStream<Uint8Array>) => {
      const { bytes, cut } = await reader.read('a', stream);
      return { bytes: bytes.length, cut };
    };
    expect(await read(silent)).toEqual({ bytes: PART, cut: true });
    await expect(read(body(false))).rejects.toMatchObject({ code: 'too-large' });
    const waiting = Array.from({ length: UPLOAD_LIMITS.atOnceForOne }, () => read(new ReadableStream()));
    await expect(read(new ReadableStream())).rejects.toMatchObject({ code: 'busy' });
    await Promise.all(waiting);
    expect(await read(new Blob(['abc']).stream())).toEqual({ bytes: 3, cut: false });
  });
});

test('killed with -9 while the last part ends it, it goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-uploads-'));
  let server = await serve(folder);
  try {
    const { cookie } = await newWriter(server.address);
    const client = () => tusClient(server.address, { Cookie: cookie, Origin: SERVED_ORIGIN });
    const file = noisePicture(1_000_000);
    const location = (await client().begin(hashOf(file), file.length)).headers.get('Location') ?? '';
    await client().part(location, 0, file.subarray(0, 400_000));
    // Before it is written, half-way through making the whole, or after: wherever the blow meets it.
    const last = client()
      .part(location, 400_000, file.subarray(400_000))
      .catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 20 * Math.random()));
    await server.kill();
    await last;
    server = await serve(folder);
    const done = await client().rest(location, file, 300_000);
    expect(done.status, await done.clone().text()).toBeLessThan(300);
    const read = await client().json('GET', `/api/assets/${hashOf(file)}`);
    expect(hashOf(new Uint8Array(await read.arrayBuffer()))).toBe(hashOf(file) as AssetHash);
    const left = readdirSync(join(folder, 'files'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => path.includes('/uploads/') && /-[0-9a-f]{32}$/.test(path))).toEqual([]);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
