/**
 * Films that the server makes. What is asked for is written down before anything is sent, so that a reload, a lost network or
 * a closed browser only pauses it: media that the server lacks go up and are found again where they stopped, then a small
 * draft and the film are asked for, and both are watched until they are there. That something is cancelled is written down
 * first too, and stays so until the server has confirmed it.
 */
import { AppError, errorToWire, isCancelled, toAppError } from '#core/base/errors.ts';
import { newId, type JobId } from '#core/base/ids.ts';
import { pruneUnused } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import type { Grade } from '#core/policy/permit.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import type { AssetStock, Render, RenderEstimate, ServerClient } from '../api/client.ts';
import { hasEnded, watchRender } from '../api/render-events.ts';
import type { CloudChange, CloudRow } from '../storage/cloud-log.ts';
import type { Storage } from '../storage/open.ts';
import type { AccountManager } from './account.svelte.ts';
import {
  askFor,
  begunAgain,
  givenUp,
  isRefusal,
  isStillSent,
  isWithdrawn,
  mayGoOn,
  requireOwner,
  sendMedia,
  stageOf,
  takeBack,
  wishFor,
  type SentSoFar,
} from './cloud-asking.ts';
import { outputOf, type CloudChoices } from './cloud-output.ts';

export type CloudStorage = Pick<Storage, 'cloud' | 'assets'>;

export interface CloudParts {
  readonly client: ServerClient;
  readonly account: AccountManager;
  readonly storage: CloudStorage;
}

const LOOK_AGAIN_MS = 3000;

interface Running {
  readonly abort: AbortController;
  readonly over: Promise<void>;
}

export class CloudManager {
  rows = $state.raw<readonly CloudRow[]>([]);
  /** Of media that are on their way; kept in memory alone. */
  sending = $state.raw<Readonly<Record<JobId, SentSoFar>>>({});
  /** False while nothing is heard of what the server makes. */
  connected = $state(true);

  readonly #parts: CloudParts;
  readonly #running = new Map<JobId, Running>();
  readonly #watched = new Map<string, () => void>();
  #stopped = false;

  constructor(parts: CloudParts) {
    this.#parts = parts;
  }

  /** What is to be seen of them. */
  readonly listed = $derived(this.rows.filter(({ unlisted }) => !unlisted));
  readonly active = $derived(this.rows.filter(({ stage }) => stage === 'sending' || stage === 'rendering'));

  /** Goes on with what was under way. @returns what ends it */
  start(): () => void {
    this.#stopped = false;
    void this.#takeUp().catch(() => undefined); // shown again at the next start
    return () => {
      this.#stopped = true;
      for (const { abort } of this.#running.values()) abort.abort();
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
        asked: null,
      },
    };
    await storage.cloud.put(row);
    this.rows = [row, ...this.rows];
    this.#run(row.id);
    return row.id;
  }

  /** After a failure, cancelled, or signed in again: from where it stopped. */
  async again(id: JobId): Promise<void> {
    if (this.#running.has(id)) return;
    try {
      await this.#press(id, begunAgain);
    } catch (error) {
      return this.#fail(id, toAppError(error));
    }
    this.#run(id);
  }

  /** Someone signed in: what waited for that goes on. */
  signedIn(): void {
    for (const { id, stage, error } of this.rows) {
      if (error?.code !== 'signed-out') continue;
      if (stage === 'failed') void this.again(id);
      else if (stage === 'cancelling') void this.cancel(id);
    }
  }

  /** Stops it here at once, and on the server as soon as that can be reached; a film that is quicker is kept. */
  async cancel(id: JobId): Promise<void> {
    let row: CloudRow | null;
    try {
      row = await this.#press(id, givenUp);
    } catch (error) {
      // Not written down it would be forgotten by a reload: it is said, and asked for again.
      const shown = this.#row(id);
      if (shown) this.#show({ ...shown, error: errorToWire(toAppError(error)) });
      return;
    }
    if (!row) return;
    this.#unwatch(row);
    const running = this.#running.get(id);
    running?.abort.abort();
    await running?.over;
    this.#run(id);
  }

  /**
   * Takes it from the list. What the server may still make of it is taken back first, out of sight; a film that is done stays
   * on the server for its days.
   */
  async forget(id: JobId): Promise<void> {
    const row = this.#row(id);
    if (row) this.#unwatch(row);
    const running = this.#running.get(id);
    running?.abort.abort();
    const open = await this.#change(id, (now) =>
      now.stage === 'failed' && mayGoOn(now) ? { stage: 'cancelling', error: null, unlisted: true } : null,
    );
    if (!open) return this.#remove(id);
    await running?.over;
    this.#run(id);
  }

  async #remove(id: JobId): Promise<void> {
    await this.#parts.storage.cloud.remove(id);
    this.rows = this.rows.filter((other) => other.id !== id);
  }

  /** Whether what was made is still given out: someone in it may have taken back their consent since. */
  async refresh(): Promise<void> {
    const made = this.rows.filter((row) => row.render?.state === 'done' || row.draft?.state === 'done');
    if (made.length === 0) return;
    const { account, client } = this.#parts;
    const { kind } = account.state.kind === 'signed-in' ? account.state : await account.look();
    if (kind !== 'signed-in') return;
    const known = new Map((await client.call('GET /api/renders', {})).map((one) => [one.id, one]));
    for (const { id, render, draft } of made) {
      const [film, small] = [known.get(render?.id ?? ''), known.get(draft?.id ?? '')];
      if (isWithdrawn(film) !== isWithdrawn(render) || isWithdrawn(small) !== isWithdrawn(draft))
        await this.#change(id, (now) => ({ render: film ?? now.render, draft: small ?? now.draft }));
    }
  }

  async #takeUp(): Promise<void> {
    const { cloud } = this.#parts.storage;
    await cloud.forgetOld();
    this.rows = await cloud.list();
    for (const { id, stage } of this.rows)
      if (stage === 'sending' || stage === 'rendering' || stage === 'cancelling') this.#run(id);
    for (const row of this.rows) if (row.stage === 'failed') this.#watchDraft(row);
  }

  #run(id: JobId): void {
    if (this.#running.has(id)) return;
    const abort = new AbortController();
    const over = this.#work(id, abort.signal).finally(() => {
      this.#running.delete(id);
      const { [id]: _, ...others } = this.sending;
      this.sending = others;
    });
    this.#running.set(id, { abort, over });
  }

  async #work(id: JobId, signal: AbortSignal): Promise<void> {
    try {
      const row = await this.#parts.storage.cloud.get(id);
      if (row?.stage === 'cancelling') return await this.#takeBack(row, signal);
      if (row?.stage === 'sending') await this.#sendWhole(row, signal);
      const sent = this.#row(id);
      if (sent?.stage === 'rendering') this.#watch(sent);
    } catch (error) {
      if (this.#stopped || isCancelled(error)) return;
      await this.#fail(id, toAppError(error));
      // A film that waits for a reviewer has its draft all the same.
      const failed = this.#row(id);
      if (failed) this.#watchDraft(failed);
    }
  }

  async #takeBack(row: CloudRow, signal: AbortSignal): Promise<void> {
    const onWaiting = () => this.#tell(row.id, { sentBytes: 0, totalBytes: 0, waiting: true });
    await requireOwner(this.#parts.account, row);
    const ended = await takeBack(this.#parts.client, row, onWaiting, signal);
    if (row.unlisted) return this.#remove(row.id);
    await this.#change(row.id, ({ stage }) => (stage === 'cancelling' ? ended : null));
  }

  async #sendWhole(row: CloudRow, signal: AbortSignal): Promise<void> {
    const { id, choices, grade } = row;
    const release = await this.#parts.storage.cloud.claim(id);
    // Another tab sends it; what becomes of it is read from the log.
    if (!release) return this.#follow(id, signal);
    try {
      const { project } = parseProject(row.json);
      // Whether it may be made at all is asked before anyone's face is sent.
      await this.estimate(project, choices, grade, signal);
      const onNews = (news: SentSoFar) => {
        this.#tell(id, news);
        void this.#stopIfUnwanted(row);
      };
      await sendMedia(this.#parts, project, onNews, signal);
      if (row.draftId === null) {
        const draft = await this.#ask(row, 'draft', onNews, signal);
        await this.#stillWanted(row, { draftId: draft.id, draft });
      }
      const render = await this.#ask(row, 'film', onNews, signal);
      // Asked for before, it may have ended meanwhile.
      await this.#stillWanted(row, { renderId: render.id, render, ...stageOf(render) });
    } finally {
      await release();
    }
  }

  async #ask(
    row: CloudRow,
    which: 'draft' | 'film',
    onNews: (news: SentSoFar) => void,
    signal: AbortSignal,
  ): Promise<Render> {
    await this.#stillWanted(row, { asked: which });
    try {
      return await askFor(this.#parts, row, which, onNews, signal);
    } catch (error) {
      if (isRefusal(error)) await this.#stillWanted(row, { asked: null });
      throw error;
    }
  }

  /**
   * Writes down how far the sending of a row is, in one step with seeing whether it is still to be sent: whoever cancels it
   * then knows of all that was asked for. @throws AppError cancelled: it is not
   */
  async #stillWanted(row: CloudRow, set: CloudChange): Promise<void> {
    const wanted = await this.#change(row.id, (now) => (isStillSent(row, now) ? set : null));
    if (!wanted) throw new AppError('cancelled', 'Stopped.');
  }

  /** It may have been cancelled in another tab. */
  async #stopIfUnwanted(row: CloudRow): Promise<void> {
    const now = await this.#parts.storage.cloud.get(row.id).catch(() => row);
    if (!now || !isStillSent(row, now)) this.#running.get(row.id)?.abort.abort();
  }

  async #follow(id: JobId, signal: AbortSignal): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (signal.aborted) return;
      const row = await this.#parts.storage.cloud.get(id);
      if (row) this.#show(row);
      // Whoever cancelled it sees to that.
      if (row?.stage !== 'sending') return;
      const free = await this.#parts.storage.cloud.claim(id);
      if (free) {
        await free();
        return this.#sendWhole(row, signal);
      }
    }
  }

  #watchDraft({ id, draftId, draft }: CloudRow): void {
    if (draftId !== null && !(draft && hasEnded(draft)))
      this.#watchOne(draftId, async (next) => {
        await this.#change(id, (now) => (now.draftId === draftId ? { draft: next } : null));
      });
  }

  #watch(row: CloudRow): void {
    const { id, renderId, render } = row;
    this.#watchDraft(row);
    if (renderId !== null && !(render && hasEnded(render)))
      this.#watchOne(renderId, async (next) => {
        await this.#change(id, (now) =>
          now.renderId === renderId && now.stage === 'rendering' ? { render: next, ...stageOf(next) } : null,
        );
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
    const told = errorToWire(error);
    await this.#change(id, ({ stage }) => {
      // That it is not wanted stays true.
      if (stage === 'cancelling') return { error: told };
      return stage === 'sending' || stage === 'rendering' ? { stage: 'failed', error: told } : null;
    }).catch(() => undefined);
  }

  /**
   * What a button does: seen at once, not only once it is written down, so that what stood there before is not taken for
   * what comes of it. @returns as `#change`
   */
  async #press(id: JobId, edit: (row: CloudRow) => CloudChange | null): Promise<CloudRow | null> {
    const shown = this.#row(id);
    const set = shown && edit(shown);
    if (shown && set) this.#show({ ...shown, ...set });
    const changed = await this.#change(id, edit);
    const now = changed ?? (await this.#parts.storage.cloud.get(id));
    if (now) this.#show(now);
    else this.rows = this.rows.filter((other) => other.id !== id); // taken off the list in another tab
    return changed;
  }

  /** @returns the row after it; null where it was left alone */
  async #change(id: JobId, edit: (row: CloudRow) => CloudChange | null): Promise<CloudRow | null> {
    try {
      const row = await this.#parts.storage.cloud.change(id, edit);
      if (row) this.#show(row);
      return row;
    } catch (error) {
      // Where it could not be kept, it is shown all the same.
      const shown = this.#row(id);
      const set = shown && edit(shown);
      if (shown && set) this.#show({ ...shown, ...set });
      throw error;
    }
  }

  #tell(id: JobId, news: SentSoFar): void {
    this.sending = { ...this.sending, [id]: news };
  }
  #row(id: JobId): CloudRow | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }
  #show(row: CloudRow): void {
    this.rows = this.rows.map((other) => (other.id === row.id ? row : other));
  }
}
