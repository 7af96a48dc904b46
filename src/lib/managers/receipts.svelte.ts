/** Receipts as the app shows them: who of the people on this device has a consent that holds, and what is wrong where not. */
import { isCancelled } from '#core/base/errors.ts';
import type { Presenter, Project } from '#core/document/project.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { portrayalOf, portrayals, standingOf, type LikenessStanding } from '#core/policy/people.ts';
import { POLICY, USES_OF, type Grade } from '#core/policy/permit.ts';
import type { ReceiptShelf, ReceiptState, ShelvedReceipt } from '../storage/receipt-shelf.ts';
import type { ToastManager } from './toasts.svelte.ts';

/** Asked again this often while the app is open and online. */
const REFRESH_EVERY_MS = 6 * 3600 * 1000;

export interface ConsentStanding {
  readonly standing: LikenessStanding;
  /** The best of the presenter's receipts; null where it has none. */
  readonly receipt: ShelvedReceipt | null;
  /** Why a receipt that is here is not enough, in a sentence. */
  readonly doubt: string | null;
}

export class ReceiptManager {
  readonly #shelf: ReceiptShelf;
  readonly #toasts: ToastManager;
  #all = $state.raw<readonly ShelvedReceipt[]>([]);

  constructor(shelf: ReceiptShelf, toasts: ToastManager) {
    this.#shelf = shelf;
    this.#toasts = toasts;
  }

  /** Runs while the app is open. @returns what ends it */
  start(): () => void {
    const look = () => void this.look();
    const refresh = () => void this.refresh();
    const stop = this.#shelf.onChange(look);
    const timer = setInterval(refresh, REFRESH_EVERY_MS);
    addEventListener('online', refresh);
    look();
    refresh();
    return () => {
      stop();
      clearInterval(timer);
      removeEventListener('online', refresh);
    };
  }

  /** Looks at all receipts again: time passes too. */
  async look(): Promise<void> {
    try {
      this.#all = await this.#shelf.list();
    } catch (error) {
      // Storage that answers nothing says so elsewhere; nobody's receipt counts meanwhile.
      console.warn('Receipts could not be read', error);
    }
  }

  /** Keys and revocations of the server this app comes from, where there is one. */
  async refresh(): Promise<void> {
    // `online` asks again; a request that cannot arrive would only complain in the console.
    if (!navigator.onLine) return;
    try {
      await this.#shelf.refresh(fetchPublished);
    } catch (error) {
      if (!isCancelled(error)) this.#toasts.fail(error);
    }
  }

  /** Every receipt on this device, as it was looked at last. */
  get all(): readonly ShelvedReceipt[] {
    return this.#all;
  }

  of(presenter: Presenter): ConsentStanding {
    const subject = presenterHash(presenter);
    const own = this.#all.filter(({ receipt }) => receipt.presenter === subject);
    const verified = own.flatMap(({ state }) => (state.kind === 'valid' ? [state.verified] : []));
    const { standing, doubt } = standingOf(portrayalOf(presenter, []), USES_OF.final, verified);
    const receipt = own.find(({ state }) => state.kind === 'valid') ?? own[0] ?? null;
    return { standing, receipt, doubt: doubt ?? (receipt && trouble(receipt.state)) };
  }

  /** Those in this film whom a server refuses at this grade, as far as the receipts here tell. */
  lacking(project: Project, grade: Grade): readonly Presenter[] {
    const verified = this.#all.flatMap(({ state }) => (state.kind === 'valid' ? [state.verified] : []));
    const refused = portrayals(project).filter((one) => {
      const { standing } = standingOf(one, USES_OF[grade], verified);
      return !POLICY[grade][standing].server.allowed;
    });
    const subjects = new Set(refused.map(({ subject }) => subject));
    return project.presenters.filter((presenter) => subjects.has(presenterHash(presenter)));
  }
}

function trouble(state: ReceiptState): string | null {
  switch (state.kind) {
    case 'valid':
      return state.revocations.state === 'unchecked'
        ? 'Whether the consent has been taken back could not be looked up yet. Connect once.'
        : null;
    case 'invalid':
      return state.reason;
    case 'unknown-issuer':
      return `There is a receipt from ${state.issuer}, whose keys this device does not know.`;
    default:
      return state satisfies never;
  }
}

async function fetchPublished(path: string): Promise<unknown> {
  const answer = await fetch(path, { cache: 'no-cache' });
  const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
  // A place that only serves files answers with a page, or with nothing.
  return answer.ok && isJson ? ((await answer.json()) as unknown) : null;
}
