/**
 * The film being made: its settings, how far it is, and the file at the end. One at a time. What is under way is
 * written in the export log, so that a reload or a crash can offer to go on from the segments already encoded.
 */
import { AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import { newId, type JobId } from '#core/base/ids.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Project } from '#core/document/project.ts';
import type { MovieFile } from '#core/output/ports.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import type { ExportEntry, RunningExport } from '../storage/export-log.ts';
import type { Storage } from '../storage/open.ts';
import type { ExportProgress, StudioEngine } from './ports.ts';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: ExportProgress | null; readonly settings: ExportSettings }
  | {
      readonly kind: 'done';
      readonly movie: MovieFile;
      readonly file: Blob;
      /** Of the file, for whoever takes it home; what shows it has an address of its own. */
      readonly url: string;
      readonly fileName: string;
      readonly settings: ExportSettings;
      readonly tookS: number;
    }
  | { readonly kind: 'failed'; readonly error: AppError; readonly settings: ExportSettings };

export interface InterruptedExport {
  readonly entry: ExportEntry;
  /** As it was when the export began. */
  readonly project: Project;
}

export function ownSettings(project: Project): ExportSettings {
  const { widthPx, heightPx, rate } = project.format;
  const ratio = widthPx / heightPx;
  return {
    heightPx: Math.min(widthPx, heightPx) >= 1080 ? 1080 : 720,
    rateFps: rateToFps(rate) > 27.5 ? 30 : 25,
    aspect: ratio > 1.2 ? '16:9' : ratio < 0.8 ? '9:16' : '1:1',
    grade: 'final',
    connection: navigator.onLine ? 'online' : 'offline',
  };
}

/** A name that every file system takes. */
export function fileNameOf(name: string, extension: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 80);
  return `${clean || 'Film'}.${extension}`;
}

export class ExportManager {
  state = $state.raw<ExportState>({ kind: 'idle' });
  dialogOpen = $state(false);
  /** Where the next film is made. */
  place = $state<'device' | 'cloud'>('device');
  interrupted = $state.raw<InterruptedExport | null>(null);

  readonly running = $derived(this.state.kind === 'running');
  /** 0…1 over the whole export; null before the first report. */
  readonly fraction = $derived.by<number | null>(() => {
    if (this.state.kind !== 'running' || !this.state.progress) return null;
    const { done, total } = this.state.progress;
    return total > 0 ? Math.min(1, done / total) : null;
  });

  readonly #engine: () => StudioEngine;
  readonly #storage: Pick<Storage, 'exports' | 'assets'>;
  #abort: AbortController | null = null;

  constructor(engine: () => StudioEngine, storage: Pick<Storage, 'exports' | 'assets'>) {
    this.#engine = engine;
    this.#storage = storage;
  }

  /** Looks for an export that a closed tab left unfinished. */
  async findInterrupted(): Promise<void> {
    const [newest] = await this.#storage.exports.interrupted();
    this.interrupted = newest ?? null;
  }

  /**
   * It is under way at once: an old failure does not stand there meanwhile.
   * @param options `id` of an interrupted export that goes on; `first` what is waited for before it begins
   */
  async start(
    project: Project,
    settings: ExportSettings,
    { id = newId(), first }: { readonly id?: JobId; readonly first?: Promise<void> } = {},
  ): Promise<void> {
    if (this.state.kind === 'running') return;
    this.#letGo();
    const abort = new AbortController();
    this.#abort = abort;
    const startedMs = performance.now();
    this.interrupted = null;
    this.state = { kind: 'running', progress: null, settings };
    let log: RunningExport | null = null;
    try {
      await first;
      log = await this.#storage.exports.start(id, project, settings);
      const movie = await this.#engine().exportFilm(project, settings, {
        signal: abort.signal,
        onProgress: (progress) => {
          if (this.state.kind !== 'running') return;
          this.state = { kind: 'running', progress, settings };
          if (this.fraction !== null) log?.progressed(this.fraction);
        },
      });
      await log.done(movie);
      const file = await this.#fileOf(movie);
      const url = URL.createObjectURL(file);
      const fileName = fileNameOf(project.name, movie.extension);
      const tookS = (performance.now() - startedMs) / 1000;
      this.state = { kind: 'done', movie, file, url, fileName, settings, tookS };
    } catch (error) {
      if (isCancelled(error)) {
        await log?.cancelled();
        this.state = { kind: 'idle' };
      } else {
        this.state = { kind: 'failed', error: toAppError(error, 'encoder-failed'), settings };
        await log?.failed(error);
      }
    } finally {
      // Tried again while it was written down that it failed, it is the new one's.
      if (this.#abort === abort) this.#abort = null;
    }
  }

  async resume(): Promise<void> {
    const left = this.interrupted;
    if (!left) return;
    this.dialogOpen = true;
    await this.start(left.project, left.entry.settings, { id: left.entry.id });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Back to choosing settings. */
  again(): void {
    if (this.state.kind === 'running') return;
    this.#letGo();
    this.state = { kind: 'idle' };
  }

  async forgetInterrupted(): Promise<void> {
    const left = this.interrupted;
    this.interrupted = null;
    if (left) await this.#storage.exports.remove(left.entry.id);
  }

  async #fileOf(movie: MovieFile): Promise<Blob> {
    const file = await this.#storage.assets.file(movie.asset);
    if (!file)
      throw new AppError('not-found', 'The finished film is no longer on this device.', {
        way: 'Export it again: what is already encoded is used again.',
      });
    return file.slice(0, file.size, movie.mime);
  }

  #letGo(): void {
    if (this.state.kind === 'done') URL.revokeObjectURL(this.state.url);
  }
}
