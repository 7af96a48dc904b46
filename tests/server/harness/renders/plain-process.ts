/** Plain films as the queue asks for films: a process each, that can be killed. */
import { fork, type ChildProcess } from 'node:child_process';
import { AppError, errorFromWire, type CancelSignal } from '#core/base/errors.ts';
import type {
  EncodedBy,
  OpenRenderProcess,
  RenderProcess,
  RenderStep,
  StepProgress,
  StepResults,
} from '#server/render/process.ts';
import type { PlainOpening, PlainTold } from './plain-child.ts';

export interface PlainOptions extends Omit<PlainOpening, 'spec'> {
  /** Who encodes, where something was settled and where it was not; software otherwise. */
  readonly encoder?: (settled: EncodedBy | null) => EncodedBy;
}

const PROGRAM = new URL('./plain-child.ts', import.meta.url).pathname;

export function plainProcesses({ encoder = () => 'software', ...options }: PlainOptions): OpenRenderProcess {
  return async (asked) => {
    const encodedBy = encoder(asked.encodedBy ?? null);
    const spec = { ...asked, encodedBy };
    const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const waiting = new Map<number, (told: PlainTold | null) => void>();
    child.on('message', (told: PlainTold) => waiting.get(told.id)?.(told));
    child.on('exit', () => waiting.forEach((tell) => tell(null)));
    child.on('error', () => waiting.forEach((tell) => tell(null)));
    const opened = new Promise<void>((resolve, reject) =>
      waiting.set(0, (told) => {
        if (told) resolve();
        else reject(new AppError('device-lost', 'The process that draws did not start.'));
      }),
    );
    child.send({ ...options, spec } satisfies PlainOpening);
    await opened;
    return overChild(child, waiting, encodedBy);
  };
}

function overChild(
  child: ChildProcess,
  asked: Map<number, (told: PlainTold | null) => void>,
  encodedBy: EncodedBy,
): RenderProcess {
  let last = 0;
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    encodedBy,
    get ended() {
      return ended();
    },
    run<K extends RenderStep['kind']>(
      step: Extract<RenderStep, { readonly kind: K }>,
      onProgress: (progress: StepProgress) => void,
      _signal?: CancelSignal,
    ) {
      const id = ++last;
      return new Promise<StepResults[K]>((resolve, reject) => {
        const lost = () => reject(new AppError('device-lost', 'The process that draws died.'));
        if (ended()) return lost();
        asked.set(id, (told) => {
          if (told?.kind === 'progress') return onProgress({ fraction: told.fraction, secondsLeft: null });
          asked.delete(id);
          if (told === null) lost();
          else if (told.kind === 'failed') reject(errorFromWire(told.error));
          else resolve(told.result as StepResults[K]);
        });
        child.send({ id, step });
      });
    },
    close: () =>
      new Promise((resolve) => {
        if (ended()) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
