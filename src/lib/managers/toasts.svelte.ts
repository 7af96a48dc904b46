/**
 * Short messages at the edge of the window: what happened in a clear sentence, and a way on. Failures stay for
 * long; the rest leave sooner. None leaves while pointer or focus is on it. Also read aloud, through the live region that shows them.
 */
import { isCancelled, toAppError } from '#core/base/errors.ts';

export interface ToastAction {
  readonly label: string;
  run(): void;
}
export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'error';
  readonly message: string;
  readonly way: string | null;
  readonly action: ToastAction | null;
}

const SHOWN_MS = 6000;
const KEPT = 4;

export class ToastManager {
  items = $state.raw<readonly Toast[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(
    message: string,
    options: { tone?: Toast['tone']; way?: string; action?: ToastAction; sticky?: boolean } = {},
  ): number {
    // The same sentence twice is one sentence.
    for (const same of this.items) if (same.message === message) this.dismiss(same.id);
    const id = this.#nextId++;
    const tone = options.tone ?? 'info';
    const toast = { id, tone, message, way: options.way ?? null, action: options.action ?? null };
    this.items = [...this.items, toast].slice(-KEPT);
    this.#leaveLater(id, tone === 'error' || options.sticky === true ? 4 : options.action ? 1.6 : 1);
    return id;
  }

  /** Says what went wrong. Something the person stopped themselves is not news. */
  fail(error: unknown, action?: ToastAction): void {
    if (isCancelled(error)) return;
    const known = toAppError(error);
    this.show(known.message, {
      tone: 'error',
      ...(known.way === undefined ? {} : { way: known.way }),
      ...(action === undefined ? {} : { action }),
    });
  }

  dismiss(id: number): void {
    this.hold(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Ways back that no longer lead anywhere, as when another project is opened. */
  dropActions(): void {
    for (const toast of this.items) if (toast.action && toast.tone !== 'error') this.dismiss(toast.id);
  }

  /** While pointer or focus is on it, a toast stays. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
  release(id: number): void {
    if (this.items.some((item) => item.id === id)) this.#leaveLater(id, 0.8);
  }

  #leaveLater(id: number, factor: number): void {
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), SHOWN_MS * factor),
    );
  }
}
