/**
 * Reads the body of one part, as far as it comes: a connection that drops has still brought something, and that is kept. So
 * many are read at once, and none for longer than a slow line needs, because each is held in memory.
 */
import { AppError } from '#core/base/errors.ts';
import { UPLOAD_LIMITS } from './parts.ts';

export interface PartBody {
  readonly bytes: Uint8Array;
  /** The connection was lost before the end. */
  readonly cut: boolean;
}

export interface PartReader {
  /** @throws AppError busy | too-large */
  read(accountId: string, body: ReadableStream<Uint8Array> | null): Promise<PartBody>;
}

export function partReader(limits = UPLOAD_LIMITS): PartReader {
  let reading = 0;
  const readingOf = new Map<string, number>();
  return {
    async read(accountId, body) {
      const mine = readingOf.get(accountId) ?? 0;
      if (reading >= limits.atOnce || mine >= limits.atOnceForOne)
        throw new AppError('busy', 'Other uploads are being taken in.', { way: 'Go on in a moment.' });
      reading++;
      readingOf.set(accountId, mine + 1);
      try {
        return await readBody(body, limits);
      } finally {
        reading--;
        const left = (readingOf.get(accountId) ?? 1) - 1;
        if (left === 0) readingOf.delete(accountId);
        else readingOf.set(accountId, left);
      }
    },
  };
}

async function readBody(
  body: ReadableStream<Uint8Array> | null,
  { partBytes, silenceMs, partMs }: typeof UPLOAD_LIMITS,
): Promise<PartBody> {
  if (body === null) return { bytes: new Uint8Array(), cut: false };
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  const untilMs = performance.now() + partMs;
  let count = 0;
  const give = (cut: boolean): PartBody => ({ bytes: Buffer.concat(pieces), cut });
  for (;;) {
    const waitMs = Math.min(silenceMs, untilMs - performance.now());
    const next = await within(reader.read(), waitMs);
    if (next === null) {
      void reader.cancel().catch(() => undefined);
      return give(true);
    }
    if (next.done) return give(false);
    count += next.value.length;
    if (count > partBytes) {
      void reader.cancel().catch(() => undefined);
      throw new AppError('too-large', `One part has at most ${partBytes} bytes.`, {
        way: 'Send the file in smaller parts.',
      });
    }
    pieces.push(next.value);
  }
}

/** Null where it takes too long or fails. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), Math.max(0, ms))));
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
