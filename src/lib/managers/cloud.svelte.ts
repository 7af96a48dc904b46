/**
 * Films that the server makes. What is asked for is written down before anything is sent, so that a reload, a lost network or
 * a closed browser only pauses it: media that the server lacks go up and are found again where they stopped, then a small
 * draft and the film are asked for, and both are watched until they are there.
 */
import { AppError, errorFromWire, errorToWire, isCancelled, toAppError } from '#core/base/errors.ts';
import { newId, type AssetHash, type JobId } from '#core/base/ids.ts';
import { usedMedia, pruneUnused } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import type { Grade } from '#core/policy/permit.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import type { AssetStock, Render, RenderEstimate, RenderOutput, ServerClient } from '../api/client.ts';
import { hasEnded, watchRender } from '../api/render-events.ts';
import { uploadAsset } from '../api/uploads.ts';
import type { CloudRow } from '../storage/cloud-log.ts';
import type { Storage } from '../storage/open.ts';
import type { AccountManager } from './account.svelte.ts';
import { draftOf, outputOf, type CloudChoices } from './cloud-output.ts';

/** Of media that are on their way; kept in memory alone. */
export interface Sending {
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** The network or the server is away. */
  readonly waiting: boolean;
}

export type CloudStorage = Pick<Storage, 'cloud' | 'assets'>;

export interface CloudParts {
  readonly client: ServerClient;
  readonly account: AccountManager;
  readonly storage: CloudStorage;
}

const LOOK_AGAIN_MS = 3000;
/** An answer that does not come is asked for again after these, before the film waits for its maker to ask. */
const ASK_AGAIN_MS = [500, 2000, 5000];

export class CloudManager {
  rows = $state.raw<readonly CloudRow[]>([]);
  sending = $state.raw<Readonly<Record<JobId, Sending>>>({});
  /** False while nothing is heard of what the server makes. */
  connected = $state(true);

  readonly #parts: CloudParts;
  readonly #running = new Map<JobId, AbortController>();
  readonly #watched = new Map<string, () => void>();
  #stopped = false;

  constructor(parts: CloudParts) {
    this.#parts = parts;
  }

  readonly active = $derived(this.rows.filter(({ stage }) => stage === 'sending' || stage === 'rendering'));

  /** Goes on with what was under way. @returns what ends it */
  start(): () => void {
    this.#stopped = false;
    void this.#takeUp().catch(() => undefined); // shown again at the next start
    return () => {
      this.#stopped = true;
      for (const abort of this.#running.values()) abort.abort();
      for (const end of this.#watched.values()) end();
      this.#watched.clear();
    };
  }

  /** @throws AppError signed-out | network | invalid-input | busy */
  estimate(
    project: Project,
    choices: CloudChoices,
    grade: Grade,
    signal: AbortSignal,
  ): Promise<RenderEstimate> {
    return this.#parts.client.call(
      'POST /api/renders/estimate',
      { body: wishFor(project, outputOf(choices), grade) },
      signal,
    );
  }

  /** What the account keeps on the server. @throws AppError signed-out | network */
  stock(): Promise<AssetStock> {
    return this.#parts.client.call('GET /api/assets', {});
  }
  async removeAsset(hash: string): Promise<void> {
    await this.#parts.client.call('DELETE /api/assets/{hash}', { path: { hash } });
  }

  /** @throws AppError storage-full | storage-failed: it could not even be written down */
  async send(project: Project, choices: CloudChoices, grade: Grade): Promise<JobId> {
    const { account, storage } = this.#parts;
    const row: CloudRow = {
      ...{ id: newId<JobId>(), projectId: project.id, projectName: project.name, choices, grade },
      email: account.state.kind === 'signed-in' ? account.state.email : '',
      ...{ stage: 'sending', createdAtMs: Date.now(), json: encodeProject(pruneUnused(project)) },
      ...{
        draftId: null,
        renderId: null,
        draft: null,
        render: null,
        error: null,
        requestKey: newId<string>(),
      },
    };
    await storage.cloud.put(row);
    this.rows = [row, ...this.rows];
    void this.#run(row.id);
    return row.id;
  }

  /** After a failure, or signed in again: from where it stopped. */
  async again(id: JobId): Promise<void> {
    const row = this.#row(id);
    if (!row || this.#running.has(id)) return;
    // Only out of sight, as when the account was signed out: it may still be under way.
    if (row.renderId !== null && !(row.render && hasEnded(row.render)) && row.error?.code === 'signed-out')
      await this.#change(id, { stage: 'rendering', error: null });
    else {
      // What the server gave up is asked for anew; its segments are still there. What it never answered to is asked again.
      const requestKey = row.renderId === null ? {} : { requestKey: newId<string>() };
      await this.#change(id, { stage: 'sending', error: null, renderId: null, render: null, ...requestKey });
    }
    void this.#run(id);
  }

  /** Someone signed in: what waited for that goes on. */
  signedIn(): void {
    for (const { id, stage, error } of this.rows)
      if (stage === 'failed' && error?.code === 'signed-out') void this.again(id);
  }

  async cancel(id: JobId): Promise<void> {
    const row = this.#row(id);
    if (!row) return;
    this.#running.get(id)?.abort();
    for (const render of [row.draftId, row.renderId])
      if (render !== null)
        await this.#parts.client
          .call('POST /api/renders/{id}/cancel', { path: { id: render } })
          .catch(ignoreGone);
    this.#unwatch(row);
    await this.#change(id, { stage: 'cancelled' });
  }

  /** Takes it from the list; a film that is done stays on the server for its days. */
  async forget(id: JobId): Promise<void> {
    const row = this.#row(id);
    if (row) this.#unwatch(row);
    this.#running.get(id)?.abort();
    await this.#parts.storage.cloud.remove(id);
    this.rows = this.rows.filter((other) => other.id !== id);
  }

  async #takeUp(): Promise<void> {
    const { cloud } = this.#parts.storage;
    await cloud.forgetOld();
    this.rows = await cloud.list();
    for (const row of this.active) void this.#run(row.id);
  }

  async #run(id: JobId): Promise<void> {
    if (this.#running.has(id)) return;
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      const row = await this.#parts.storage.cloud.get(id);
      if (row?.stage === 'sending') await this.#sendWhole(row, abort.signal);
      const sent = this.#row(id);
      if (sent?.stage === 'rendering') this.#watch(sent);
    } catch (error) {
      if (!this.#stopped && !isCancelled(error)) await this.#fail(id, toAppError(error));
    } finally {
      this.#running.delete(id);
      const { [id]: _, ...others } = this.sending;
      this.sending = others;
    }
  }

  async #sendWhole(row: CloudRow, signal: AbortSignal): Promise<void> {
    const release = await this.#parts.storage.cloud.claim(row.id);
    // Another tab sends it; what becomes of it is read from the log.
    if (!release) return this.#follow(row.id, signal);
    try {
      const { project } = parseProject(row.json);
      // Whether it may be made at all is asked before anyone's face is sent.
      await this.estimate(project, row.choices, row.grade, signal);
      await this.#upload(row.id, project, signal);
      if (row.draftId === null) {
        const draft = await this.#submit(row, project, 'draft', signal);
        await this.#change(row.id, { draftId: draft.id, draft });
      }
      const render = await this.#submit(row, project, 'film', signal);
      // Asked for before, it may have ended meanwhile.
      await this.#change(row.id, { renderId: render.id, render, ...stageOf(render) });
    } finally {
      await release();
    }
  }

  /** However often it is asked, after a closed page or a lost answer, the server makes one draft and one film of a row. */
  async #submit(
    { id, requestKey = id, choices, grade }: CloudRow,
    project: Project,
    which: 'draft' | 'film',
    signal: AbortSignal,
  ): Promise<Render> {
    const body =
      which === 'draft'
        ? wishFor(project, draftOf(choices), 'draft')
        : wishFor(project, outputOf(choices), grade);
    const header = { 'idempotency-key': `${requestKey}-${which}` };
    const submit = async (waitsMs: readonly number[]): Promise<Render> => {
      try {
        return await this.#parts.client.call('POST /api/renders', { header, body }, signal);
      } catch (error) {
        const [waitMs, ...later] = waitsMs;
        if (toAppError(error).code !== 'network' || waitMs === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        return submit(later);
      }
    };
    try {
      return await submit(ASK_AGAIN_MS);
    } catch (error) {
      // Something was deleted from the server meanwhile.
      if (toAppError(error).code !== 'conflict') throw error;
      await this.#upload(id, project, signal);
      return await submit(ASK_AGAIN_MS);
    }
  }

  async #upload(id: JobId, project: Project, signal: AbortSignal): Promise<void> {
    const { client, storage } = this.#parts;
    const hashes = [...usedMedia(project)];
    const { missing } = await client.call('POST /api/assets/missing', { body: { hashes } }, signal);
    const files: (readonly [AssetHash, Blob])[] = [];
    for (const hash of missing as AssetHash[]) {
      const file = await storage.assets.file(hash);
      if (!file)
        throw new AppError(
          'not-found',
          'A picture, film or sound of this project is no longer on this device.',
          {
            way: 'Open the project, put it back or take it out, then send it again.',
          },
        );
      files.push([hash, file]);
    }
    const totalBytes = files.reduce((sum, [, { size }]) => sum + size, 0);
    let doneBytes = 0;
    for (const [hash, file] of files) {
      await uploadAsset(hash, file, {
        signal,
        onNews: ({ sentBytes, waiting }) => {
          this.sending = {
            ...this.sending,
            [id]: { sentBytes: doneBytes + sentBytes, totalBytes, waiting },
          };
        },
      });
      doneBytes += file.size;
    }
  }

  async #follow(id: JobId, signal: AbortSignal): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (signal.aborted) return;
      const row = await this.#parts.storage.cloud.get(id);
      if (row) this.#show(row);
      if (row?.stage !== 'sending') return;
      const free = await this.#parts.storage.cloud.claim(id);
      if (free) {
        await free();
        return this.#sendWhole(row, signal);
      }
    }
  }

  #watch(row: CloudRow): void {
    const { id, draftId, renderId, draft, render } = row;
    if (draftId !== null && !(draft && hasEnded(draft)))
      this.#watchOne(draftId, async (next) => {
        await this.#change(id, { draft: next });
      });
    if (renderId !== null && !(render && hasEnded(render)))
      this.#watchOne(renderId, async (next) => {
        await this.#change(id, { render: next, ...stageOf(next) });
      });
  }

  #watchOne(renderId: string, onRender: (render: Render) => Promise<void>): void {
    if (this.#watched.has(renderId)) return;
    const news = (render: Render) => void onRender(render).catch(() => undefined); // told again at the next change
    const end = watchRender(renderId, {
      onRender: news,
      onConnected: (connected) => {
        this.connected = connected;
        // Lost, or not to be had by this account: the ordinary way tells which.
        if (!connected) void this.#lookOnce(renderId, news);
      },
      onOver: () => this.#watched.delete(renderId),
    });
    this.#watched.set(renderId, end);
  }

  async #lookOnce(renderId: string, news: (render: Render) => void): Promise<void> {
    try {
      news(await this.#parts.client.call('GET /api/renders/{id}', { path: { id: renderId } }));
    } catch (error) {
      const told = toAppError(error);
      if (told.code !== 'signed-out' && told.code !== 'not-found') return; // the events go on trying
      const row = this.rows.find((one) => one.renderId === renderId);
      this.#watched.get(renderId)?.();
      this.#watched.delete(renderId);
      if (row && row.stage === 'rendering') await this.#fail(row.id, told);
    }
  }

  #unwatch({ draftId, renderId }: CloudRow): void {
    for (const id of [draftId, renderId]) {
      if (id === null) continue;
      this.#watched.get(id)?.();
      this.#watched.delete(id);
    }
  }

  async #fail(id: JobId, error: AppError): Promise<void> {
    await this.#change(id, { stage: 'failed', error: errorToWire(error) }).catch(() => undefined);
  }

  async #change(id: JobId, set: Partial<Omit<CloudRow, 'id'>>): Promise<void> {
    const row = this.#row(id);
    // Cancelled while its answer was on the way.
    if (row && row.stage === 'cancelled' && set.stage !== 'sending') return;
    if (row) this.#show({ ...row, ...set });
    await this.#parts.storage.cloud.change(id, set);
  }

  #row(id: JobId): CloudRow | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }
  #show(row: CloudRow): void {
    this.rows = this.rows.map((other) => (other.id === row.id ? row : other));
  }
}

function wishFor(project: Project, output: RenderOutput, grade: Grade) {
  // What nothing refers to does not leave the device, not even by name.
  return { project: pruneUnused(project), grade, output };
}

function stageOf(render: Render): Partial<CloudRow> {
  switch (render.state) {
    case 'done':
      return { stage: 'done', error: null };
    case 'cancelled':
      return { stage: 'cancelled' };
    case 'failed':
    case 'stopped':
      return { stage: 'failed', error: errorToWire(errorOf(render)) };
    default:
      return { stage: 'rendering' };
  }
}

function errorOf({ error, state }: Render): AppError {
  const told: unknown = error;
  if (told !== null && typeof told === 'object' && 'code' in told && 'message' in told)
    return errorFromWire(told as Parameters<typeof errorFromWire>[0]);
  return state === 'stopped'
    ? new AppError('refused', 'The server stopped this film.', {
        way: 'Its permission ended; see the presenter’s consent.',
      })
    : new AppError('internal', 'The server could not make this film.', {
        way: 'Try again; what was made is used again.',
      });
}

function ignoreGone(error: unknown): void {
  const { code } = toAppError(error);
  if (code !== 'not-found' && code !== 'network' && code !== 'signed-out') throw error;
}
