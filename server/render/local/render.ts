/** A film on this machine without a server: the same steps in the same kind of process, over a folder of its own. */
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { extname, join } from 'node:path';
import { throwIfCancelled } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { HeadlessIssuer, HeadlessProgress } from '#core/pipeline/headless.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { Project } from '#core/document/project.ts';
import { accountAssets, assetKey } from '../../services/assets/account-assets.ts';
import { notWritten } from '../../services/no-room.ts';
import type { FileStore } from '../../services/store.ts';
import { diskStore } from '../../stores/disk.ts';
import type { HeadlessJobSource } from '../headless.ts';
import { encoderChoice } from '../encoder-choice.ts';
import { renderProcesses } from '../open-process.ts';
import type {
  CompositorWish,
  Drawing,
  EncodedBy,
  EncoderWish,
  OutputSpec,
  RenderStep,
  StepProgress,
} from '../process.ts';
import { openLocalSource } from './source.ts';

export interface LocalJob {
  readonly source: HeadlessJobSource;
  /** Absolute path of the film to write. */
  readonly output: string;
  /** What the film is to be like, once the project is known. */
  readonly spec: (project: Project) => OutputSpec;
  readonly grade: Grade;
  readonly issuer: HeadlessIssuer | null;
  readonly compositor: CompositorWish;
  readonly encoder: EncoderWish;
}

export interface LocalFilm {
  readonly bytes: number;
  /** WebVTT beside the film, where captions are separate. */
  readonly captions: string | null;
  readonly spec: OutputSpec;
  /** Who drew it. */
  readonly drawing: Drawing | null;
  readonly encodedBy: EncodedBy;
  readonly notes: readonly string[];
}

/** Who renders for himself may take what the machine has, and as long as it takes. */
const LIMITS = {
  wallS: 7 * 24 * 3600,
  memoryMiB: Math.max(1024, Math.floor((totalmem() / 2 ** 20) * 0.8)),
  diskMiB: 2 ** 24,
};
const ACCOUNT = 'here';

/** @throws AppError, `cancelled` soon after the signal fires; an existing film is replaced by a whole one alone */
export async function renderLocally(
  job: LocalJob,
  onProgress: (progress: HeadlessProgress) => void,
  signal: AbortSignal,
): Promise<LocalFilm> {
  const folder = await mkdtemp(join(tmpdir(), 'orator-film-'));
  try {
    const store = diskStore(folder);
    const { project, receipts, notes } = await openLocalSource(
      job.source,
      accountAssets(store, ACCOUNT),
      job.issuer,
      signal,
    );
    throwIfCancelled(signal);
    const output = job.spec(project);
    const encodedBy = await encoderChoice({ wish: job.encoder, alone: true }).of(output);
    const encoder = { of: () => Promise.resolve(encodedBy) };
    const process = await renderProcesses({ kind: 'disk', folder }, { compositor: job.compositor, encoder })(
      { project, grade: job.grade, connection: 'online', receipts, output, accountId: ACCOUNT },
      LIMITS,
    );
    try {
      const told = (phase: HeadlessProgress['phase']) => (progress: StepProgress) =>
        onProgress({ phase, done: progress.fraction, total: 1, secondsLeft: progress.secondsLeft });
      const run = <K extends RenderStep['kind']>(
        phase: HeadlessProgress['phase'],
        step: Extract<RenderStep, { kind: K }>,
      ) => {
        told(phase)({ fraction: 0, secondsLeft: null });
        return process.run<K>(step, told(phase), signal);
      };
      const { segments } = await run('speak', { kind: 'prepare' });
      const wanted = segments.map(({ index }) => index);
      const { drawing } = await run('draw', { kind: 'draw', segments: wanted });
      await run('sound', { kind: 'sound' });
      const film = await run('file', { kind: 'assemble' });
      throwIfCancelled(signal);
      await handOver(store, film.film, job.output);
      const beside = `${job.output.slice(0, -extname(job.output).length)}.vtt`;
      if (film.captions) await handOver(store, film.captions, beside);
      const captions = film.captions ? beside : null;
      return { bytes: film.bytes, captions, spec: output, drawing, encodedBy, notes };
    } finally {
      await process.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function handOver(store: FileStore, asset: AssetHash, path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w');
    try {
      for await (const piece of store.read(assetKey(ACCOUNT, asset))) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw notWritten(path, cause);
  }
}
