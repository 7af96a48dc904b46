/** Running another program, quietly or aloud. */
import { spawn } from 'node:child_process';
import { insideEnv, ROOT } from '#server/setup/place.js';

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs to the end; its output is collected, and shown as it comes when `aloud`. Never rejects. */
export function run(
  command: string,
  args: readonly string[],
  { aloud = false, env = {} }: { readonly aloud?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...insideEnv(), ...env },
      stdio: ['ignore', aloud ? 'inherit' : 'pipe', aloud ? 'inherit' : 'pipe'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.once('SIGTERM', forward).once('SIGINT', forward);
    const done = (code: number | null, text = output) => {
      process.off('SIGTERM', forward).off('SIGINT', forward);
      resolve({ code, output: text });
    };
    child.on('error', (error) => done(null, error.message));
    child.on('close', (code) => done(code));
  });
}
