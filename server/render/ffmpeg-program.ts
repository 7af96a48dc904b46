/**
 * FFmpeg as a program of its own, in a process of its own (its WASM core is GPL): `node ffmpeg-program.ts IN OUT` turns
 * the sound of a file into a mono WAV. Used for sounds that Node cannot read by itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';

interface Core {
  readonly FS: { writeFile(name: string, bytes: Uint8Array): void; readFile(name: string): Uint8Array };
  readonly ret: number;
  setLogger(logger: (line: { readonly message: string }) => void): void;
  setTimeout(ms: number): void;
  exec(...args: readonly string[]): number;
}

const FOLDER = new URL('../../node_modules/@ffmpeg/core/dist/esm/', import.meta.url);
const [input = '', output = ''] = argv.slice(2);

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
const log: string[] = [];
core.setLogger(({ message }) => log.push(message));
core.setTimeout(-1);
core.FS.writeFile('in', readFileSync(input));
core.exec('-nostdin', '-i', 'in', '-vn', '-ac', '1', '-f', 'wav', 'out.wav');
if (core.ret === 0) writeFileSync(output, core.FS.readFile('out.wav'));
else process.stderr.write(`${log.slice(-12).join('\n')}\n`);
exit(core.ret === 0 ? 0 : 1);
