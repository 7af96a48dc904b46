/**
 * A stored file as an answer: streamed, resumable by Range (RFC 9110, 14), and saved under its name. One range an answer;
 * whoever asks for several gets the whole.
 */
import { matches } from '../services/app-files.ts';
import type { StoredFile } from '../services/stored-file.ts';

export function fileResponse(request: Request, stored: StoredFile): Response {
  const etag = `"${stored.tag}"`;
  const headers = new Headers({
    'Content-Type': stored.mime,
    'Content-Disposition': disposition(stored.name),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    ETag: etag,
  });
  if (matches(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag, stored.bytes);
  if (range === 'beyond') {
    headers.set('Content-Range', `bytes */${stored.bytes}`);
    return new Response(null, { status: 416, headers });
  }
  const [begin, end] = range ?? [0, stored.bytes];
  headers.set('Content-Length', String(end - begin));
  if (range) headers.set('Content-Range', `bytes ${begin}-${end - 1}/${stored.bytes}`);
  const whole = request.method === 'HEAD' ? null : streamOf(stored.read(begin, end));
  return new Response(whole, { status: range ? 206 : 200, headers });
}

/** [begin, end), null for the whole, or `beyond` where there is nothing of it. */
function rangeOf(request: Request, etag: string, bytes: number): readonly [number, number] | 'beyond' | null {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '');
  const condition = request.headers.get('if-range');
  if (!asked || (condition !== null && condition !== etag)) return null;
  const [, first = '', last = ''] = asked;
  if (first === '' && last === '') return null;
  const begin = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (begin >= bytes || end <= 0) return 'beyond';
  return begin < end ? [begin, end] : null;
}

/** RFC 6266: plain letters for old readers, all of it for the others. */
function disposition(name: string): string {
  const plain = name.replace(/[^\w. -]+/g, '_');
  const whole = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
