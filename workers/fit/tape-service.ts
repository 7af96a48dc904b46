/**
 * What tape.worker answers: one working film. Following a person and writing their film cost about the same, so each has
 * a core; mattes are therefore seen here, by a runtime of this worker's own.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Rational } from '#core/base/time.ts';
import { filmShape } from '#core/presenter/footage/film/layout.ts';
import { openMatteTool, type MatteTool } from '#core/track/tools/open.ts';
import { openOpfsStore, type OpfsStore } from '#shared/opfs.ts';
import { openGpu } from '../adapters/gpu.ts';
import { fetchModelFiles } from '../adapters/model-files.ts';
import { ortWebRuntime } from '../adapters/ort-web.ts';
import { serveCalls, type CallContext } from '../adapters/remote-calls.ts';
import { keptOf } from './kept.ts';
import { notedStore } from './noted-store.ts';
import { Tape, TAPE_VERSION, type TapedFrame } from './tape.ts';

export interface TapeRequest {
  readonly source: AssetHash;
  readonly rate: Rational;
  /** Of the picture; even. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameCount: number;
  /** Where static files are served from. */
  readonly baseUrl: string;
  /** Whether the graphics card may be asked: one that went away may not. */
  readonly card: boolean;
}

export interface TapedFilm {
  readonly asset: AssetHash;
  readonly bytes: number;
}

/** Small machines have no core to spare beside this one's. */
const MANY_CORES = 8;

export function serveTape(port: MessagePort): void {
  const stop = { aborted: false };
  let open: { readonly tape: Tape; readonly store: OpfsStore } | null = null;
  let failed: { readonly error: unknown } | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const opened = () => {
    throwIfCancelled(stop);
    // A film that lacks a frame is not gone on with.
    if (failed) throw failed.error;
    if (open) return open;
    throw new Error('The film was not opened.');
  };
  serveCalls(
    port,
    {
      open: (request: TapeRequest) =>
        inTurn(async () => {
          const store = notedStore(await openOpfsStore(), request.source);
          open = { store, tape: await openTape(request, store, stop) };
          return open.tape.nextFrame;
        }),
      // Its buffer goes back as the answer.
      add: (frame: TapedFrame) =>
        inTurn(async () => {
          try {
            await opened().tape.add(frame, stop);
            return frame.planes;
          } catch (error) {
            failed ??= { error };
            throw error;
          }
        }),
      finish: (title: string, { signal }: CallContext) =>
        inTurn(() => opened().tape.finish(opened().store, title, signal)),
      close: () => {
        stop.aborted = true;
        return inTurn(async () => open?.tape.close());
      },
    },
    (result) => (result instanceof Uint8Array ? [result.buffer] : []),
  );
}

async function openTape(
  { source, rate, widthPx, heightPx, frameCount, baseUrl, card }: TapeRequest,
  store: OpfsStore,
  signal: CancelSignal,
): Promise<Tape> {
  const files = fetchModelFiles(baseUrl);
  const runtime = ortWebRuntime({
    files,
    gpu: () => (card ? openGpu() : Promise.resolve(null)),
    threads: navigator.hardwareConcurrency >= MANY_CORES ? 2 : 1,
    ownModule: true,
  });
  let opening: Promise<MatteTool> | null = null;
  const eyes = () => (opening ??= openMatteTool(runtime, files, signal));
  const kept = keptOf(store, source, { tape: TAPE_VERSION, rate, widthPx, heightPx, frameCount });
  const tape = await Tape.open({
    shape: filmShape(widthPx, heightPx, true),
    rate,
    tools: { matte: async (...asked) => (await eyes()).matte(...asked) },
    kept,
  });
  // Nothing is looked at of a film that is whole.
  if (tape.nextFrame < frameCount) eyes().catch(() => undefined); // told to the first look
  return tape;
}
