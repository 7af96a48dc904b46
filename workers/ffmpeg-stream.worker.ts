/**
 * FFmpeg as a program that runs while its answer is already being used: frames leave through a device file as they are
 * decoded, and the program sleeps while too many are unread. So a film of any length costs the memory of a few frames,
 * decoding overlaps with what is done to the frames, and each frame is decoded once. (The core is GPL: it lives in this
 * worker alone, and is ended with it.)
 */
import { errorToWire } from '#core/base/errors.ts';
import { Y4mReader } from '#shared/y4m.ts';
import type { StreamAnswer, StreamQuestion } from './adapters/ffmpeg-frames.ts';

interface Core {
  readonly FS: {
    readonly filesystems: Readonly<Record<string, unknown>>;
    mkdir(path: string): void;
    mount(type: unknown, options: object, path: string): void;
    makedev(major: number, minor: number): number;
    registerDevice(device: number, operations: object): void;
    mkdev(path: string, device: number): void;
    readFile(path: string): Uint8Array<ArrayBuffer>;
    writeFile(path: string, text: string): void;
    unlink(path: string): void;
  };
  readonly ret: number;
  setLogger(logger: (line: { readonly message: string }) => void): void;
  setTimeout(ms: number): void;
  exec(...args: readonly string[]): void;
  reset(): void;
}

/** Frames that may be decoded and not yet taken. */
const AHEAD = 4;

let core: Core | null = null;
let reader: Y4mReader | null = null;
let log: string[] = [];

const tell = (answer: StreamAnswer, parts: Transferable[] = []) => postMessage(answer, { transfer: parts });

addEventListener('message', ({ data }: MessageEvent<StreamQuestion>) => {
  void answer(data).catch((error: unknown) =>
    tell({ type: 'failed', id: data.id, error: errorToWire(error) }),
  );
});

async function answer(question: StreamQuestion): Promise<void> {
  if (question.type === 'load') {
    core = await load(question);
    return tell({ type: 'done', id: question.id, status: 0, log: [], file: null });
  }
  if (core === null) throw new Error('FFmpeg was not loaded.');
  log = [];
  const { gate } = question;
  reader = gate
    ? new Y4mReader(({ widthPx, heightPx, planes }) => {
        for (let unread = Atomics.load(gate, 0); unread >= AHEAD; unread = Atomics.load(gate, 0))
          Atomics.wait(gate, 0, unread);
        Atomics.add(gate, 0, 1);
        tell({ type: 'frame', id: question.id, widthPx, heightPx, planes }, [planes.buffer]);
      })
    : null;
  for (const [name, text] of Object.entries(question.texts)) core.FS.writeFile(name, text);
  core.setTimeout(-1);
  core.exec(...question.args);
  const status = core.ret;
  core.reset();
  const file = status === 0 && question.output !== null ? take(core, question.output) : null;
  tell({ type: 'done', id: question.id, status, log, file }, file ? [file.buffer] : []);
}

async function load({ coreURL, wasmURL, blob }: StreamQuestion & { type: 'load' }): Promise<Core> {
  const { default: create } = (await import(/* @vite-ignore */ coreURL)) as {
    readonly default: (options: object) => Promise<Core>;
  };
  // The core finds its files by what stands behind the hash.
  const addresses = btoa(JSON.stringify({ wasmURL, workerURL: '' }));
  const made = await create({ mainScriptUrlOrBlob: `${coreURL}#${addresses}` });
  made.setLogger(({ message }) => log.push(message));
  made.FS.mkdir('/in');
  made.FS.mount(made.FS.filesystems['WORKERFS'], { blobs: [{ name: 'film', data: blob }] }, '/in');
  const device = made.FS.makedev(80, 0);
  made.FS.registerDevice(device, {
    open: () => undefined,
    close: () => undefined,
    read: () => 0,
    write: (_: unknown, memory: Int8Array, offset: number, length: number) => {
      reader?.push(new Uint8Array(memory.buffer, memory.byteOffset + offset, length));
      return length;
    },
  });
  made.FS.mkdev('/frames', device);
  return made;
}

function take({ FS }: Core, path: string): Uint8Array<ArrayBuffer> {
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}
