/** What a reviewer has before them: the queue, the figures, the case that is open, and what may be done with it. */
import { toAppError, type AppError } from '#core/base/errors.ts';
import type { Case, CaseDetail, ReviewFigures, ServerClient } from '../api/client.ts';

export type Outcome = 'approved' | 'rejected';

export class ReviewDesk {
  queue = $state.raw<readonly Case[] | null>(null);
  figures = $state.raw<ReviewFigures | null>(null);
  chosenId = $state<string | null>(null);
  detail = $state.raw<CaseDetail | null>(null);
  trouble = $state.raw<AppError | null>(null);
  busy = $state(false);
  readonly #client: ServerClient;

  constructor(client: ServerClient) {
    this.#client = client;
  }

  readonly chosen = $derived(this.queue?.find(({ id }) => id === this.chosenId) ?? null);
  /** Held by someone else: it can be read, not decided. */
  readonly taken = $derived((this.detail?.claimed ?? false) && !(this.detail?.claimedByMe ?? false));

  async load(): Promise<void> {
    await this.#run(async () => {
      const [queue, figures] = await Promise.all([
        this.#client.call('GET /api/reviews', {}),
        this.#client.call('GET /api/reviews/figures', {}),
      ]);
      this.queue = queue;
      this.figures = figures;
    });
    const still = this.queue?.some(({ id }) => id === this.chosenId) ?? false;
    if (!still) await this.choose(this.queue?.[0]?.id ?? null);
  }

  async choose(id: string | null): Promise<void> {
    this.chosenId = id;
    this.detail = null;
    if (id === null) return;
    await this.#run(async () => {
      const detail = await this.#client.call('GET /api/reviews/{id}', { path: { id } });
      // Another was chosen in the meantime.
      if (this.chosenId === id) this.detail = detail;
    });
  }

  /** The case `by` after the open one; the ends hold. */
  async step(by: 1 | -1): Promise<void> {
    const queue = this.queue ?? [];
    const at = queue.findIndex(({ id }) => id === this.chosenId);
    const next = queue[Math.min(queue.length - 1, Math.max(0, at + by))];
    if (next && next.id !== this.chosenId) await this.choose(next.id);
  }

  /** Takes the open case for a quarter of an hour, or lets it go. */
  async toggleClaim(): Promise<void> {
    const { detail } = this;
    if (!detail || this.taken) return;
    const path = { id: detail.id };
    await this.#run(async () => {
      if (detail.claimedByMe) await this.#client.call('POST /api/reviews/{id}/release', { path });
      else await this.#client.call('POST /api/reviews/{id}/claim', { path });
      await this.#refresh();
    });
  }

  /** @returns whether it was decided; the next case is then open */
  async decide(outcome: Outcome, reason: string): Promise<boolean> {
    return this.#leaveAfter((path) =>
      this.#client.call('POST /api/reviews/{id}/decision', { path, body: { outcome, reason } }),
    );
  }

  /** Proposes to ban the author; someone else has to agree. @returns whether it was proposed */
  async proposeBan(reason: string): Promise<boolean> {
    const { detail } = this;
    if (!detail) return false;
    return await this.#run(async () => {
      await this.#client.call('POST /api/reviews/{id}/ban', { path: { id: detail.id }, body: { reason } });
      await this.#refresh();
    });
  }

  async #leaveAfter(work: (path: { readonly id: string }) => Promise<unknown>): Promise<boolean> {
    const { detail, queue } = this;
    if (!detail || this.busy) return false;
    const at = queue?.findIndex(({ id }) => id === detail.id) ?? -1;
    const next = queue?.[at + 1] ?? queue?.[at - 1] ?? null;
    const done = await this.#run(() => work({ id: detail.id }));
    if (!done) return false;
    await this.choose(next?.id ?? null);
    await this.load();
    return true;
  }

  async #refresh(): Promise<void> {
    const id = this.chosenId;
    const [queue, detail] = await Promise.all([
      this.#client.call('GET /api/reviews', {}),
      id === null ? null : this.#client.call('GET /api/reviews/{id}', { path: { id } }),
    ]);
    this.queue = queue;
    if (this.chosenId === id) this.detail = detail;
  }

  async #run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.trouble = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.trouble = toAppError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
