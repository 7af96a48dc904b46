/**
 * FFmpeg as a program of its own, in a process of its own (its WASM core is GPL, and what it reads may be hostile; it has a
 * file system of its own and no network): `node decode-program.ts FILE frames EVERY_S LARGEST_PX` writes each picture to
 * stdout as it is decoded, `… FILE sound` the sound as 16 kHz mono floats. A picture is a head of four doubles (time, width,
 * height, bytes) and its RGBA. The pipe holds the program back while nobody reads: a film costs the memory of a few frames.
 */
import { readFileSync, writeSync } from 'node:fs';
import { argv, exit } from 'node:process';

interface Core {
  readonly FS: {
    writeFile(name: string, bytes: Uint8Array): void;
    makedev(major: number, minor: number): number;
    registerDevice(device: number, operations: object): void;
    mkdev(path: string, device: number): void;
  };
  readonly ret: number;
  setLogger(logger: (line: { readonly message: string }) => void): void;
  setTimeout(ms: number): void;
  exec(...args: readonly string[]): number;
}

const FOLDER = new URL('../../../node_modules/@ffmpeg/core/dist/esm/', import.meta.url);
/** What cameras, phones and recorders write, and pictures; playlists and lists of files are none of it. */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,ogg,wav,mp3,aac,flac,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,gif';
const [input = '', what = '', everyS = '0', largestPx = '1280'] = argv.slice(2);

// The core takes Node for a worker of a browser.
Object.assign(globalThis, { self: globalThis, location: { href: FOLDER.href } });
const { default: create } = (await import(new URL('ffmpeg-core.js', FOLDER).href)) as {
  readonly default: (options: object) => Promise<Core>;
};
const addresses = btoa(JSON.stringify({ wasmURL: new URL('ffmpeg-core.wasm', FOLDER).href, workerURL: '' }));
const core = await create({
  wasmBinary: readFileSync(new URL('ffmpeg-core.wasm', FOLDER)),
  mainScriptUrlOrBlob: `${new URL('ffmpeg-core.js', FOLDER).href}#${addresses}`,
});

const sleeper = new Int32Array(new SharedArrayBuffer(4));
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;)
    try {
      at += writeSync(1, bytes, at, bytes.length - at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 2);
    }
}

/** What showinfo says of each picture, before its bytes come. */
const told: { readonly timeS: number; readonly width: number; readonly height: number }[] = [];
const log: string[] = [];
core.setLogger(({ message }) => {
  const info = /pts_time:\s*(-?[\d.]+).*?\bs:(\d+)x(\d+)/u.exec(message);
  if (info) told.push({ timeS: Number(info[1]), width: Number(info[2]), height: Number(info[3]) });
  else if (log.push(message) > 40) log.shift();
});

let left = 0;
function take(bytes: Uint8Array): void {
  if (what === 'sound') return writeAll(bytes);
  for (let at = 0; at < bytes.length;) {
    if (left === 0) {
      const next = told.shift();
      if (!next) throw new Error('a picture came that was not told of');
      left = next.width * next.height * 4;
      writeAll(new Uint8Array(Float64Array.of(next.timeS, next.width, next.height, left).buffer));
    }
    const part = bytes.subarray(at, at + left);
    writeAll(part);
    at += part.length;
    left -= part.length;
  }
}

const device = core.FS.makedev(80, 0);
core.FS.registerDevice(device, {
  open: () => undefined,
  close: () => undefined,
  read: () => 0,
  write: (_: unknown, memory: Int8Array, offset: number, length: number) => {
    take(new Uint8Array(memory.buffer, memory.byteOffset + offset, length).slice());
    return length;
  },
});
core.FS.mkdev('/out', device);
core.FS.writeFile('in', readFileSync(input));
core.setTimeout(-1);
const thin =
  Number(everyS) > 0
    ? `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${Number(everyS) - 0.001})',`
    : '';
const fit = `scale='min(${largestPx},iw)':'min(${largestPx},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`;
const args =
  what === 'sound'
    ? ['-vn', '-af', 'aresample=16000:async=1:first_pts=0', '-ac', '1', '-f', 'f32le']
    : [
        '-an',
        '-vf',
        `${thin}${fit},format=rgba,showinfo=checksum=0`,
        '-fps_mode',
        'passthrough',
        '-f',
        'rawvideo',
      ];
// One file and no other: a playlist may name no address, and no file beside it. A picture larger than any camera's is refused
// before there is room for it.
const only = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', FORMATS, '-max_pixels', '40000000'];
core.exec('-nostdin', '-y', ...only, '-i', 'in', ...args, '/out');
if (core.ret !== 0) process.stderr.write(`${log.slice(-12).join('\n')}\n`);
exit(core.ret === 0 ? 0 : 1);
