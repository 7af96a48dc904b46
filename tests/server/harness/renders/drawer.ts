/** Draws one film after the other in a process that is watched as a render's own is, and begun anew when it is ended. */
import { fork, type ChildProcess } from 'node:child_process';
import type { ErrorWire } from '#core/base/errors.ts';
import { childEnv } from '#server/render/child-env.ts';
import { rssOf } from '#server/render/open-process.ts';
import type { DrawAsked, DrawTold } from './draw-child.ts';

const PROGRAM = new URL('./draw-child.ts', import.meta.url).pathname;
const MOST_MIB = 1024;
/** Some hundred times what one of these films takes. */
const MOST_S = 60;
const LOOK_EVERY_MS = 100;

export type Drawn =
  | { readonly kind: 'made' }
  | { readonly kind: 'failed'; readonly error: ErrorWire }
  /** It needed more memory than it may have, and was ended. */
  | { readonly kind: 'too-much-memory' }
  /** It died, or went on and on. */
  | { readonly kind: 'broke'; readonly how: string };

export class Drawer {
  #child: ChildProcess | null = null;
  #complaint = '';

  draw(asked: DrawAsked): Promise<Drawn> {
    const before = this.#child;
    // With nothing to do there is nothing to die of.
    if (before && (before.exitCode !== null || before.signalCode !== null)) {
      const how = `died after the film before: ${this.#complaint}`;
      this.#child = null;
      return Promise.resolve({ kind: 'broke', how });
    }
    const child = (this.#child ??= this.#start());
    return new Promise((resolve) => {
      const endsMs = performance.now() + MOST_S * 1000;
      const done = (drawn: Drawn) => {
        clearInterval(watch);
        child.removeAllListeners('message').removeAllListeners('exit');
        if (drawn.kind !== 'made' && drawn.kind !== 'failed') this.close();
        resolve(drawn);
      };
      const look = async () => {
        if (((await rssOf(child.pid)) ?? 0) > MOST_MIB * 2 ** 20) done({ kind: 'too-much-memory' });
        else if (performance.now() > endsMs) done({ kind: 'broke', how: `not made in ${MOST_S} s` });
      };
      const watch = setInterval(() => void look(), LOOK_EVERY_MS);
      child.on('message', (error: DrawTold) => done(error ? { kind: 'failed', error } : { kind: 'made' }));
      child.on('exit', (code, signal) =>
        done({ kind: 'broke', how: `died of ${signal ?? code}: ${this.#complaint}` }),
      );
      child.send(asked);
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    this.#complaint = '';
    const child = fork(PROGRAM, [], {
      ...{ serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: childEnv() },
      execArgv: [`--max-old-space-size=${Math.floor(MOST_MIB * 0.6)}`],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    return child;
  }
}
