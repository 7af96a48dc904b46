/**
 * Whether an encoder works here, for films of one kind: tried in a process of its own, because a driver that fails takes
 * its process with it.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { VideoEncoding } from '#core/output/ports.ts';
import { childEnv } from './child-env.ts';
import type { EncoderSettings } from './encoder-settings.ts';

export interface ProbeQuestion {
  readonly encoding: VideoEncoding;
  readonly settings: EncoderSettings;
}
export type ProbeAnswer = { readonly works: true } | { readonly works: false; readonly why: string };

const PROGRAM = fileURLToPath(new URL('encoder-probe-child.ts', import.meta.url));
const WITHIN_MS = 30_000;
const KEPT_COMPLAINT = 2000;

export function probeEncoder(question: ProbeQuestion): Promise<ProbeAnswer> {
  const { encoder } = question.settings;
  return new Promise((resolve) => {
    const child = fork(PROGRAM, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: childEnv(),
      execArgv: [],
      detached: true,
    });
    let complaint = '';
    let told: ProbeAnswer | null = null;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, WITHIN_MS);
    const end = (how: string) => {
      clearTimeout(timer);
      if (told?.works) return resolve(told);
      // What the library said of it tells more than that it failed.
      const reason = late ? 'it did not answer' : (lastWords(complaint) ?? told?.why ?? how);
      resolve({ works: false, why: `${encoder} cannot be used here: ${reason.replace(/\.$/, '')}.` });
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-KEPT_COMPLAINT);
    });
    child.on('message', (answer) => (told = answer as ProbeAnswer));
    child.on('close', (code, signal) => end(`its process ended with ${signal ?? `code ${code}`}`));
    child.on('error', (error) => end(error.message));
    child.send(question, () => undefined);
  });
}

/** FFmpeg's lines begin with who speaks: `[h264_nvenc @ 0x55d0] Cannot load libcuda.so.1`. */
function lastWords(complaint: string): string | null {
  const said = /^\[[^\]]* @ 0x[0-9a-f]+\] (.+)$/gim;
  return [...complaint.matchAll(said)].at(-1)?.[1]?.trim() ?? null;
}
