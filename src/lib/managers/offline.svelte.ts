/** Whether the network is there, and whether it is needed. */
export class OfflineManager {
  online = $state(navigator.onLine);
  /** Everything the open project uses is kept on this device. */
  ready = $state(false);
  /** A newer Orator waits; it takes over when the person says so. */
  updateReady = $state(false);

  async update(): Promise<void> {
    location.reload();
  }

  /** @returns what ends it */
  start(): () => void {
    const changed = () => (this.online = navigator.onLine);
    addEventListener('online', changed);
    addEventListener('offline', changed);
    return () => {
      removeEventListener('online', changed);
      removeEventListener('offline', changed);
    };
  }
}
