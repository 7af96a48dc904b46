/**
 * Sends a file to the server by tus, part by part, and goes on where it stopped: after a lost network, a server that was
 * started anew, a page that was reloaded. Nothing needs to be remembered here, because an upload is found again by its hash.
 * Each part carries its own sum, so that a damaged one is sent again alone.
 */
import { AppError, errorFromWire, throwIfCancelled, toAppError, type ErrorCode } from '#core/base/errors.ts';
import { toBase64 } from '#core/base/bytes.ts';
import type { AssetHash } from '#core/base/ids.ts';

export interface UploadNews {
  readonly sentBytes: number;
  /** The network or the server is away; it is tried again. */
  readonly waiting: boolean;
}

export interface UploadOptions {
  readonly signal: AbortSignal;
  readonly onNews: (news: UploadNews) => void;
  readonly send?: typeof fetch;
  /** Waits between tries; tests wait less. */
  readonly waitMs?: (tries: number) => number;
}

/** Small at first, so that progress shows on a slow line; as much as a second takes after that. */
const PART = { least: 256 * 1024, most: 4 * 1024 * 1024 };
const PART_S = 1;
const MOST_WAIT_MS = 15_000;
/** These pass by themselves; everything else is told at once. */
export const PASSING: readonly ErrorCode[] = ['network', 'busy', 'too-many', 'storage-failed', 'internal'];
/** So many failures that the server itself answers with; a network may be away for as long as it likes. */
const MOST_ANSWERED = 8;
const CHECKSUM_MISMATCH = 460;

/** @throws AppError signed-out | refused | too-large | storage-full | unsupported-media | corrupt-file | cancelled */
export async function uploadAsset(hash: AssetHash, file: Blob, options: UploadOptions): Promise<void> {
  const { signal, onNews, waitMs = backOff } = options;
  const send = options.send ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  let tries = 0;
  let answered = 0;
  let sentBytes = 0;
  for (;;) {
    try {
      await sendOn(hash, file, {
        send,
        signal,
        onSent: (bytes) => {
          sentBytes = bytes;
          tries = answered = 0;
          onNews({ sentBytes, waiting: false });
        },
      });
      return;
    } catch (error) {
      if (signal.aborted) throw new AppError('cancelled', 'Stopped.', { cause: error });
      const told = toAppError(error);
      // Another tab pushes the same upload on: ask where it is now.
      if (told.code !== 'conflict' && !PASSING.includes(told.code)) throw told;
      if (told.code !== 'network' && ++answered > MOST_ANSWERED) throw told;
      onNews({ sentBytes, waiting: true });
      await pause(told.code === 'conflict' ? 50 : waitMs(tries++), signal);
    }
  }
}

interface Sending {
  readonly send: typeof fetch;
  readonly signal: AbortSignal;
  readonly onSent: (bytes: number) => void;
}

async function sendOn(hash: AssetHash, file: Blob, { send, signal, onSent }: Sending): Promise<void> {
  const common = { credentials: 'same-origin', cache: 'no-store', signal } as const;
  const begun = await asking(send, '/api/uploads', {
    ...common,
    method: 'POST',
    headers: {
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(file.size),
      'Upload-Metadata': `sha256 ${btoa(hash)}`,
    },
  });
  const location = begun.headers.get('Location') ?? '';
  let offset = offsetOf(begun);
  let partBytes = PART.least;
  onSent(offset);
  while (offset < file.size) {
    throwIfCancelled(signal);
    const bytes = new Uint8Array(await file.slice(offset, offset + partBytes).arrayBuffer());
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const fromMs = performance.now();
    const answer = await asking(send, location, {
      ...common,
      method: 'PATCH',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': String(offset),
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Checksum': `sha256 ${toBase64(sum)}`,
      },
      body: bytes,
    });
    offset = offsetOf(answer);
    onSent(offset);
    const inTime = (bytes.length / Math.max(1, performance.now() - fromMs)) * 1000 * PART_S;
    partBytes = Math.min(PART.most, Math.max(PART.least, Math.min(2 * partBytes, inTime)));
  }
}

function offsetOf(answer: Response): number {
  const offset = Number(answer.headers.get('Upload-Offset') ?? Number.NaN);
  if (Number.isInteger(offset)) return offset;
  throw new AppError('network', 'The server answers in another language.');
}

async function asking(send: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await send(address, init);
  } catch (cause) {
    throw new AppError('network', 'The server does not answer.', { cause });
  }
  if (answer.ok) return answer;
  const told: unknown = await answer.json().catch(() => null);
  if (answer.status === CHECKSUM_MISMATCH) throw new AppError('network', 'A part was damaged on its way.');
  if (told !== null && typeof told === 'object' && 'code' in told && 'message' in told)
    throw errorFromWire(told as Parameters<typeof errorFromWire>[0]);
  throw new AppError('network', `The server does not answer (${answer.status}).`);
}

export function backOff(tries: number): number {
  return Math.min(MOST_WAIT_MS, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
}

/** Until then, or as soon as the network is back. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', over);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    globalThis.addEventListener?.('online', over);
    signal.addEventListener('abort', over);
  });
}
