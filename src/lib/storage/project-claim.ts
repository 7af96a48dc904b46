/**
 * One tab edits a project at a time. The tab that does holds a Web Lock named after it; a second is told so, may wait,
 * or may take over, upon which the first is told.
 */
import { toAppError } from '#core/base/errors.ts';
import type { ProjectId } from '#core/base/ids.ts';

export type ProjectClaim =
  | {
      readonly state: 'mine';
      /** Resolves when another tab has taken the project over; never after `release`. */
      readonly lost: Promise<void>;
      /** Resolves when others can have it. */
      release(): Promise<void>;
    }
  | {
      readonly state: 'elsewhere';
      /** For the person. */
      readonly message: string;
      /** Resolves with the claim once the other tab has let go. */
      readonly whenFree: Promise<Extract<ProjectClaim, { state: 'mine' }>>;
      takeOver(): Promise<Extract<ProjectClaim, { state: 'mine' }>>;
      /** Stops waiting. */
      release(): void;
    };
type Mine = Extract<ProjectClaim, { state: 'mine' }>;

export async function claimProject(id: ProjectId, name = 'orator'): Promise<ProjectClaim> {
  const lock = `${name}:project:${id}`;
  const mine = await request(lock, { ifAvailable: true });
  if (mine !== null) return mine;
  const waiting = new AbortController();
  const whenFree = request(lock, { signal: waiting.signal }) as Promise<Mine>;
  whenFree.catch(() => undefined); // aborted: nobody waits any more
  return {
    state: 'elsewhere',
    message: 'This project is open in another tab. Edit it there, or take it over here.',
    whenFree,
    takeOver: async () => {
      waiting.abort();
      return (await request(lock, { steal: true })) as Mine;
    },
    release: () => waiting.abort(),
  };
}

/** Resolves as soon as the lock is had, with null when `ifAvailable` and it is not; the lock stays until released. */
function request(lock: string, options: LockOptions): Promise<Mine | null> {
  return new Promise((resolve, reject) => {
    let lose: () => void;
    const lost = new Promise<void>((done) => (lose = done));
    const held = navigator.locks.request(lock, options, (granted) => {
      if (granted === null) return resolve(null);
      return new Promise<void>((letGo) => {
        const release = async () => {
          letGo();
          await held.catch(() => undefined); // stolen meanwhile: let go all the same
        };
        resolve({ state: 'mine', lost, release });
      });
    });
    held.catch((error: unknown) => {
      lose(); // stolen; when it was never had, the rejection says so
      reject(toAppError(error));
    });
  });
}
