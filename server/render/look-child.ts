/**
 * Takes small pictures out of one film, in a process of its own that may be killed at any moment. It opens no file and
 * reaches no store: the film's bytes come over the channel, as they are asked for. Run by look-process.ts.
 */
import { setPriority } from 'node:os';
import { AppError, errorFromWire, errorToWire } from '#core/base/errors.ts';
import { filmPictures } from './film-reader.ts';
import type { FromLookChild, ToLookChild } from './look-process.ts';

/** As much is asked for at once; what was asked for lately is kept, because films are read to and fro. */
const BLOCK_BYTES = 1024 * 1024;
const KEPT_BLOCKS = 16;
const NICE = 10;

const tell = (message: FromLookChild) => void process.send?.(message);
const asked = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: AppError) => void }>();
let goOn = (): void => undefined;
let lastId = 0;

// Others draw, or answer someone, meanwhile.
setPriority(NICE);
process.on('message', (message: ToLookChild) => {
  switch (message.type) {
    case 'look':
      void look(message);
      break;
    case 'bytes':
      asked.get(message.id)?.resolve(message.bytes);
      asked.delete(message.id);
      break;
    case 'unread':
      asked.get(message.id)?.reject(errorFromWire(message.error));
      asked.delete(message.id);
      break;
    case 'next':
      goOn();
      break;
    default:
      message satisfies never;
  }
});
// Nobody is left to look for.
process.on('disconnect', () => process.exit(0));

function ask(begin: number, end: number): Promise<Uint8Array> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject });
    tell({ type: 'read', id, begin, end });
  });
}

async function look({ bytes, wanted }: Extract<ToLookChild, { type: 'look' }>): Promise<void> {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const block = (index: number): Promise<Uint8Array> => {
    const kept = blocks.get(index) ?? ask(index * BLOCK_BYTES, Math.min(bytes, (index + 1) * BLOCK_BYTES));
    blocks.delete(index);
    blocks.set(index, kept);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= KEPT_BLOCKS) break;
      blocks.delete(oldest);
    }
    return kept;
  };
  /** To the end of a block at most: whoever reads asks again. */
  const read = async (begin: number, end: number): Promise<Uint8Array> => {
    const index = Math.floor(begin / BLOCK_BYTES);
    const from = begin - index * BLOCK_BYTES;
    const found = (await block(index)).subarray(from, from + end - begin);
    if (found.length === 0)
      throw new AppError('storage-failed', 'The store gave less of a film than it has.');
    return found;
  };
  try {
    for await (const picture of filmPictures({ bytes, read }, wanted)) {
      const wished = new Promise<void>((resolve) => (goOn = resolve));
      tell({ type: 'picture', picture });
      await wished;
    }
    tell({ type: 'done' });
  } catch (error) {
    tell({ type: 'failed', error: errorToWire(error) });
  }
}
