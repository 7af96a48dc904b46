/**
 * The person's own presenters: those there are, the one being made, and the dialog in which that happens. One is made at
 * a time. It goes on while the dialog is closed, and after a reload by itself.
 */
import { AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Likeness } from '#core/document/likeness.ts';
import type { FitJob, FitPhase } from '#core/pipeline/fit-api.ts';
import type { Picture } from '#core/track/ports.ts';
import type { Trouble } from '#core/track/troubles.ts';
import { saveBlob } from '../save-blob.ts';
import { sniff } from '../storage/media-library.ts';
import type { Storage } from '../storage/open.ts';
import type { FitRow, PresenterRow, RunningFit } from '../storage/presenter-library.ts';
import { fileNameOf } from './exporter.svelte.ts';
import type { FitNews, StudioEngine } from './ports.ts';
import { likenessOf, type Speaker } from './recording.svelte.ts';
import type { ToastManager } from './toasts.svelte.ts';

/** What is being looked at, and where the face is: fractions of the picture. */
export interface Seen {
  readonly picture: Picture;
  readonly face: Extract<FitNews, { type: 'seen' }>['face'];
}

/** A presenter being made in this tab. */
export interface Making {
  readonly name: string;
  /** `store`: its file is being copied into Orator. */
  readonly phase: 'store' | FitPhase;
  /** Work done over all but the copying, 0…1. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly troubles: readonly Trouble[];
}

/** Where the dialog is. */
export type NewPresenterStep =
  | { readonly kind: 'bring' }
  | { readonly kind: 'camera' }
  | { readonly kind: 'whose'; readonly file: File; readonly of: FitJob['kind'] }
  | { readonly kind: 'making' }
  | {
      readonly kind: 'failed';
      readonly error: AppError;
      readonly troubles: readonly Trouble[];
      /** What was begun and can be tried once more; null where another file is needed. */
      readonly again: FitRow | null;
    }
  | { readonly kind: 'done'; readonly row: PresenterRow };

const START: NewPresenterStep = { kind: 'bring' };

export class PresenterManager {
  /** Null until they are read. */
  rows = $state.raw<readonly PresenterRow[] | null>(null);
  making = $state.raw<Making | null>(null);
  seen = $state.raw<Seen | null>(null);
  /** Begun and stopped: each can go on or be given up. */
  left = $state.raw<readonly FitRow[]>([]);
  dialogOpen = $state(false);
  step = $state.raw<NewPresenterStep>(START);
  /** What is wrong with the file that was brought last, said where it was brought. */
  problem = $state.raw<AppError | null>(null);

  readonly #engine: () => StudioEngine;
  readonly #storage: Pick<Storage, 'presenters' | 'assets'>;
  readonly #toasts: ToastManager;
  #abort: AbortController | null = null;
  #underWay: RunningFit | null = null;

  constructor(
    engine: () => StudioEngine,
    storage: Pick<Storage, 'presenters' | 'assets'>,
    toasts: ToastManager,
  ) {
    this.#engine = engine;
    this.#storage = storage;
    this.#toasts = toasts;
  }

  /** Reads what there is, and goes on with what a reload cut short. @returns what ends it */
  start(): () => void {
    void this.refresh().then(() => this.#resumeNext());
    return this.#storage.presenters.onElsewhere(() => void this.refresh());
  }

  async refresh(): Promise<void> {
    try {
      [this.rows, this.left] = await Promise.all([
        this.#storage.presenters.list(),
        this.#storage.presenters.left(),
      ]);
    } catch (error) {
      this.rows ??= [];
      this.#toasts.fail(error);
    }
  }

  /** Opens the dialog: on what is being made, or on the ways to make one. */
  open(): void {
    this.problem = null;
    if (this.making) this.step = { kind: 'making' };
    else if (this.step.kind !== 'failed' && this.step.kind !== 'done') this.step = START;
    this.dialogOpen = true;
  }
  /** What is being made goes on. */
  close(): void {
    this.dialogOpen = false;
    this.problem = null;
    if (this.step.kind !== 'making') this.step = START;
  }
  goTo(step: NewPresenterStep): void {
    this.problem = null;
    this.step = step;
  }

  /** A file that a presenter is to be made of; or one that holds a presenter, ready made. */
  async bring(file: File): Promise<void> {
    this.problem = null;
    try {
      if (isPresenterFile(file)) return await this.importFile(file);
      this.step = { kind: 'whose', file, of: await kindOf(file) };
    } catch (error) {
      this.problem = toAppError(error, 'unsupported-media');
      if (this.step.kind !== 'making') this.step = START;
    }
    this.dialogOpen = true;
  }

  /** @param name what it is called until the person names it */
  async make(file: File, of: FitJob['kind'], name: string, speaker: Speaker): Promise<void> {
    await this.#begin(name, async (signal) => {
      const source = await this.#storage.assets.putBlob(file, signal);
      return { kind: of, source, fileName: file.name, name, likeness: likenessOf(speaker) };
    });
  }

  /** Makes one anew from the picture it was made of, under its own name; what shows the old one goes on doing so. */
  async refit({ presenter }: PresenterRow): Promise<void> {
    if (presenter.kind !== 'photo') return;
    const { id, name, likeness, picture } = presenter;
    await this.#begin(name, () =>
      Promise.resolve({ kind: 'photo', source: picture, fileName: name, name, likeness, instead: id }),
    );
  }

  async #begin(name: string, jobOf: (signal: AbortSignal) => Promise<FitJob>): Promise<void> {
    if (this.making) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.seen = null;
    this.making = { name, phase: 'store', fraction: 0, secondsLeft: null, troubles: [] };
    this.step = { kind: 'making' };
    try {
      await this.#run(await this.#storage.presenters.start(await jobOf(abort.signal)), abort);
    } catch (error) {
      this.making = null;
      if (isCancelled(error)) this.step = START;
      else this.step = { kind: 'failed', error: toAppError(error), troubles: [], again: null };
    }
  }

  /** Stops what is being made; what was done is kept. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Goes on with one that was stopped, or tries a failed one again. */
  async goOn(row: FitRow): Promise<void> {
    if (this.making) return;
    const { name } = row.job;
    this.seen = null;
    this.making = { name, phase: 'read', fraction: row.progress, secondsLeft: null, troubles: [] };
    this.left = this.left.filter(({ id }) => id !== row.id);
    this.step = { kind: 'making' };
    const abort = new AbortController();
    this.#abort = abort;
    try {
      await this.#run(await this.#storage.presenters.start(row.job, row.id), abort);
    } catch (error) {
      this.making = null;
      this.step = START;
      this.#toasts.fail(error);
    }
  }

  /** Throws away one that was begun, and all that was done for it. */
  async giveUp(row: FitRow): Promise<void> {
    try {
      await this.#storage.presenters.giveUp(row);
      await this.forget(row.job.source);
    } catch (error) {
      this.#toasts.fail(error);
    }
    await this.refresh();
  }

  /** Ready to be looked at in the dialog. @throws AppError */
  async importFile(file: File): Promise<void> {
    const row = await this.#storage.presenters.importFile(file);
    await this.refresh();
    this.step = { kind: 'done', row };
    this.dialogOpen = true;
  }
  async saveFile(row: PresenterRow): Promise<void> {
    try {
      const file = await this.#storage.presenters.exportFile(row);
      saveBlob(file, fileNameOf(row.presenter.name, 'presenter'));
    } catch (error) {
      this.#toasts.fail(error);
    }
  }

  async rename(row: PresenterRow, name: string): Promise<void> {
    await this.#change(row, { name });
  }
  async setLikeness(row: PresenterRow, likeness: Likeness): Promise<void> {
    await this.#change(row, { likeness });
  }
  async #change(row: PresenterRow, change: { name?: string; likeness?: Likeness }): Promise<void> {
    try {
      await this.#storage.presenters.change(row.id, change);
    } catch (error) {
      this.#toasts.fail(error);
    }
    await this.refresh();
    const changed = this.rows?.find(({ id }) => id === row.id);
    if (changed && this.step.kind === 'done') this.step = { kind: 'done', row: changed };
  }

  /** Whatever is being made of this source ends, so that it can be deleted. */
  async stopFor(row: PresenterRow): Promise<void> {
    if (this.#underWay?.job.source !== row.source) return;
    this.stop();
    while (this.making) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async #run(fit: RunningFit, abort: AbortController): Promise<void> {
    this.#underWay = fit;
    const { job } = fit;
    this.making ??= { name: job.name, phase: 'read', fraction: 0, secondsLeft: null, troubles: [] };
    try {
      const fitted = await this.#engine().fitting.fit(job, {
        id: fit.id,
        signal: abort.signal,
        onNews: (news) => this.#hear(news, fit),
      });
      const row = await fit.done(fitted);
      await this.forget(job.source).catch((error: unknown) =>
        console.warn('What was left of making a presenter is removed with it', error),
      );
      await this.refresh();
      this.step = { kind: 'done', row };
      if (!this.dialogOpen)
        this.#toasts.show(`“${row.presenter.name}” is ready to present.`, {
          tone: 'success',
          sticky: true,
          action: { label: 'Look', run: () => (this.dialogOpen = true) },
        });
    } catch (error) {
      await this.#ended(fit, error);
    } finally {
      this.making = null;
      this.seen = null;
      this.#underWay = null;
    }
    void this.#resumeNext();
  }

  #hear(news: FitNews, fit: RunningFit): void {
    const { making } = this;
    if (!making) return;
    switch (news.type) {
      case 'progress': {
        const { phase, secondsLeft } = news;
        const fraction = Math.max(making.fraction, news.fraction);
        this.making = { ...making, phase, secondsLeft, fraction };
        fit.progressed(fraction);
        break;
      }
      case 'trouble':
        this.making = { ...making, troubles: [...making.troubles, news.trouble] };
        break;
      case 'seen':
        this.seen = { picture: news.picture, face: news.face };
        break;
      default:
        news satisfies never;
    }
  }

  async #ended(fit: RunningFit, error: unknown): Promise<void> {
    const troubles = this.making?.troubles ?? [];
    if (isCancelled(error)) {
      await fit.stopped();
      await this.refresh();
      this.step = START;
      return;
    }
    const told = toAppError(error);
    const hopeless = troubles.some(({ weight }) => weight === 'stop') || !RETRIED.includes(told.code);
    await fit.failed(told);
    const row = (await this.#storage.presenters.left()).find(({ id }) => id === fit.id) ?? null;
    // No presenter can be made of this file: nothing of it stays here.
    if (hopeless && row) await this.giveUp(row);
    else await this.refresh();
    this.step = { kind: 'failed', error: told, troubles, again: hopeless ? null : row };
    if (!this.dialogOpen)
      this.#toasts.show(told.message, {
        tone: 'error',
        action: { label: 'Look', run: () => (this.dialogOpen = true) },
      });
  }

  /**
   * What a presenter was made of, and the steps on the way, are not needed any more, nor is a face kept for nothing.
   * What a presenter or a film still shows stays.
   */
  async forget(source: AssetHash): Promise<void> {
    const assets = await this.#engine().fitting.forget(source);
    await this.#storage.presenters.letGo([source, ...assets]);
  }

  /** A reload came between: it goes on by itself. */
  async #resumeNext(): Promise<void> {
    if (this.making) return;
    const cut = this.left.find(({ state }) => state === 'running');
    if (!cut) return;
    const { step } = this;
    const going = this.goOn(cut);
    // Whoever is looking at another step of the dialog goes on looking at it.
    if (this.dialogOpen) this.step = step;
    await going;
  }
}

export function isPresenterFile(file: File): boolean {
  return /\.presenter$/i.test(file.name);
}

/** What may go better when it is tried again with the same file. */
const RETRIED: readonly AppError['code'][] = [
  'device-lost',
  'network',
  'storage-full',
  'storage-failed',
  'internal',
];

/** @throws AppError unsupported-media | corrupt-file */
async function kindOf(file: File): Promise<FitJob['kind']> {
  try {
    return (await sniff(file)).kind === 'image' ? 'photo' : 'footage';
  } catch (error) {
    // Films come in more kinds than their first bytes tell; what reads them will say.
    const unknown = error instanceof AppError && error.code === 'unsupported-media';
    if (unknown && file.type.startsWith('video/')) return 'footage';
    throw error;
  }
}
