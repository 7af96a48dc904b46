/** Whether the network is there, whether it is needed, and whether a newer Orator waits. */
import { toAppError } from '#core/base/errors.ts';
import { keepOffline, type OfflineKeeper, type OfflineState } from '../pwa/keep-offline.ts';
import { staticFile } from '../routes.ts';

export class OfflineManager {
  online = $state(navigator.onLine);
  /** The person chose to go on with this version for now. */
  updateDismissed = $state(false);
  #state = $state.raw<OfflineState | null>(null);
  #keeper: OfflineKeeper | null = null;

  /** A newer Orator waits; it takes over when the person says so. */
  readonly updateReady = $derived(this.#state?.updateReady === true && !this.updateDismissed);
  /** Everything that opening, editing, playing and exporting need is kept on this device. */
  readonly ready = $derived(this.#state?.phase === 'ready');
  /** This device spares data: nothing is kept until `fetchNow`. */
  readonly onRequest = $derived(this.#state?.phase === 'on-request');
  /** 0 to 1 while files are being kept; null otherwise. */
  readonly fraction = $derived(
    this.#state?.phase === 'fetching' ? this.#state.doneBytes / Math.max(1, this.#state.totalBytes) : null,
  );
  /** Of all that is kept, or will be. */
  readonly totalBytes = $derived(this.#state?.totalBytes ?? 0);
  readonly problem = $derived(this.#state?.problem ?? null);

  async update(): Promise<void> {
    try {
      await this.#keeper?.applyUpdate();
    } catch (error) {
      console.warn(toAppError(error).message);
      location.reload();
    }
  }

  /** Fetches what is missing without waiting for an idle moment. */
  async fetchNow(): Promise<void> {
    await this.#keeper?.fetchNow();
  }

  /**
   * @param busy true while network and processor are wanted for something better
   * @returns what ends it
   */
  start(busy: () => boolean): () => void {
    const changed = () => (this.online = navigator.onLine);
    addEventListener('online', changed);
    addEventListener('offline', changed);
    // A development server has no service worker to register.
    if (import.meta.env.PROD)
      this.#keeper = keepOffline({
        base: staticFile(''),
        busy,
        onChange: (state) => (this.#state = state),
      });
    return () => {
      this.#keeper?.stop();
      removeEventListener('online', changed);
      removeEventListener('offline', changed);
    };
  }
}
