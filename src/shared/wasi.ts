/**
 * Runs a WASI command, in a browser or in Node: one instance, one call of `main`, then thrown away. A command reads
 * and writes a little file system in memory and prints to text, so a run is a function of its arguments and files.
 */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';
import { nextTask } from './next-task.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file in the root folder when the command ended. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The shim types WASI's start by the exports it needs; a command has exactly these. */
type CommandInstance = WebAssembly.Instance & {
  readonly exports: { readonly memory: WebAssembly.Memory; readonly _start: () => unknown };
};

function isCommand(instance: WebAssembly.Instance): instance is CommandInstance {
  return instance.exports['memory'] instanceof WebAssembly.Memory && '_start' in instance.exports;
}

/**
 * @param args the command's name first, as C expects.
 * @param files what lies in its root folder at the start.
 * @throws WebAssembly.RuntimeError when the command traps.
 */
export async function runCommand(
  module: WebAssembly.Module,
  args: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): Promise<CommandResult> {
  const decoder = new TextDecoder();
  let stdout = '';
  let stderr = '';
  const root = new PreopenDirectory('/', new Map([...files].map(([name, bytes]) => [name, new File(bytes)])));
  const wasi = new WASI(
    [...args],
    [],
    [
      new OpenFile(new File([])),
      new ConsoleStdout((bytes) => (stdout += decoder.decode(bytes))),
      new ConsoleStdout((bytes) => (stderr += decoder.decode(bytes))),
      root,
    ],
    { debug: false },
  );
  await nextTask(); // a long row of runs must still hear that it should stop
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  if (!isCommand(instance)) throw new TypeError('The module is not a WASI command.');
  const exitCode = wasi.start(instance);
  const left = new Map<string, Uint8Array>();
  for (const [name, inode] of root.dir.contents) if (inode instanceof File) left.set(name, inode.data);
  return { exitCode, stdout, stderr, files: left };
}
