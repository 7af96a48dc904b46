/**
 * Where consents are checked: in the background, one at a time, because each check wants the whole machine. A session that
 * is being checked is held by a lease that its checker renews; when a process dies, the lease runs out and another one, or
 * this one after its restart, takes the session up again from the beginning.
 */
import { AppError, toAppError, type CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { CHECKS, type CheckResult } from '#core/policy/consent/checks.ts';
import { errorFields } from '../../logger.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import { asStoreKey } from '../store.ts';
import { fileKey } from './begin.ts';
import { fingerprintOf, type KnownPictures } from './checks/not-seen-before.ts';
import type { ReceivedBytes } from './decode.ts';
import type { CheckSet } from './default-checks.ts';
import type { ConsentCheck, ConsentEvidence, EarlierRecordings, PresenterPart } from './evidence.ts';
import type { ConsentParts } from './parts.ts';
import { settle } from './settle.ts';

export interface Judge {
  /** Something waits to be checked. */
  poke(): void;
  /** Done when nothing waits. */
  idle(): Promise<void>;
  /** Stops at the next step; what was under way is taken up again at the next start. */
  close(): Promise<void>;
}

const LEASE_MS = 90_000;
const RENEW_MS = 30_000;
/** Another process may have died with one. */
const LOOK_EVERY_MS = 60_000;
/** Whatever ends the process so often while it looks at a recording is for a person to look at. */
const MOST_ATTEMPTS = 3;
const PAGE = 100;

export function openJudge(parts: ConsentParts): Judge {
  const { database, host, log } = parts;
  const consents = consentRepository(database.queries);
  const stopped = { aborted: false };
  let checks: Promise<CheckSet> | null = null;
  let running: Promise<void> | null = null;
  let again = false;

  const work = async (): Promise<void> => {
    do {
      again = false;
      for (;;) {
        if (stopped.aborted) return;
        const row = await consents.claim(new Date(host.now()), new Date(host.now() + LEASE_MS));
        if (!row) break;
        await judgeOne(row);
      }
    } while (again);
  };
  const judgeOne = async (row: ConsentRow): Promise<void> => {
    const lease = setInterval(
      () => void consents.extendLease(row.id, new Date(host.now() + LEASE_MS)).catch(() => undefined),
      RENEW_MS,
    );
    try {
      if (row.attempts > MOST_ATTEMPTS) {
        await settle(parts, row.id, row.results ?? []);
        return;
      }
      checks ??= parts.checks();
      const results = await resultsOf(parts, row, await checks, stopped);
      const { state } = await settle(parts, row.id, results);
      log.info({ consent: row.id, state }, 'consent checked');
    } catch (error) {
      if (stopped.aborted) return;
      // A network that could not be opened is tried anew with the next one.
      checks = null;
      log.error({ consent: row.id, ...errorFields(error) }, 'consent could not be checked');
      await consents.extendLease(row.id, new Date(host.now() + LOOK_EVERY_MS / 2));
    } finally {
      clearInterval(lease);
    }
  };
  const poke = (): void => {
    again = true;
    if (stopped.aborted || running) return;
    running = work()
      .catch((error: unknown) => log.error(errorFields(error), 'the queue of consents stalled'))
      .finally(() => {
        running = null;
        // Asked in the moment between the last look and here.
        if (again) poke();
      });
  };
  const looking = setInterval(poke, LOOK_EVERY_MS);
  looking.unref();
  // With the embedded database nobody else can be at work on anything.
  void (database.kind === 'pglite' ? consents.forgetLeases() : Promise.resolve()).then(poke, poke);

  return {
    poke,
    async idle() {
      for (;;) {
        if (running) await running;
        else if (!again || stopped.aborted) return;
        else await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      stopped.aborted = true;
      clearInterval(looking);
      await running;
    },
  };
}

async function resultsOf(
  parts: ConsentParts,
  row: ConsentRow,
  { list, pictures }: CheckSet,
  signal: CancelSignal,
): Promise<readonly CheckResult[]> {
  const rows = await consentRepository(parts.database.queries).chunks(row.id);
  const received: ReceivedBytes = {
    chunks: rows.map(({ position, receivedAtMs, bytes, hash }) => ({
      index: position,
      receivedAtMs,
      bytes,
      hash: hash as AssetHash,
    })),
    read: (index) => readKey(parts, rows[index]?.storeKey ?? null),
  };
  try {
    await using recording = await parts.decoder.recording(received, signal);
    await using opened = new AsyncDisposableStack();
    const open = async (...of: readonly PresenterPart[]) => {
      const bytes = await readKey(parts, fileKey(row, ...of));
      return opened.use(await parts.decoder.picture(bytes, signal)).film;
    };
    const drawn = row.files.some(({ part }) => part === 'person')
      ? { person: await open('person'), plate: await open('plate') }
      : null;
    const { film, chunks } = recording;
    const evidence: ConsentEvidence = {
      sessionId: row.id,
      challenge: row.challenge,
      ...{ film, chunks, recording: recording.recording },
      hints: row.hints ?? { cameraLabel: '', settings: {}, webdriver: false },
      presenter: await open('film', 'picture'),
      drawn,
      earlier: earlierThan(parts, row.id),
    };
    const results = await runChecks(parts, list, evidence, signal);
    const known = arrived(results) ? await pictures(evidence, signal).catch(() => null) : null;
    await keepFingerprint(parts, evidence, known);
    return results;
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code !== 'corrupt-file' && code !== 'unsupported-media') throw error;
    return [failed(`The recording cannot be read: ${message}`)];
  }
}

/** What did not arrive as it was recorded is refused for that; nobody waits minutes to be told what was seen in it. */
function arrived(results: readonly CheckResult[]): boolean {
  return !results.some(({ check, outcome }) => check === 'chunks' && outcome === 'failed');
}

/** A check that breaks down has said nothing, and a person looks instead of it. */
async function runChecks(
  { log }: ConsentParts,
  checks: readonly ConsentCheck[],
  evidence: ConsentEvidence,
  signal: CancelSignal,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (signal.aborted) throw new AppError('cancelled', 'Stopped.');
    if (!arrived(results)) break;
    try {
      results.push(...(await check.run(evidence, signal)));
    } catch (error) {
      if (signal.aborted) throw error;
      log.error(
        { consent: evidence.sessionId, checks: check.answers, ...errorFields(error) },
        'check failed',
      );
      results.push(...check.answers.map(unmade));
    }
  }
  return CHECKS.flatMap((id) => results.filter(({ check }) => check === id));
}

function unmade(check: CheckResult['check']): CheckResult {
  const reason = 'This check could not be made; a person looks instead.';
  return { check, outcome: 'unsure', score: null, threshold: null, unit: '', reason };
}

/** By which this recording is known again, whatever comes of it. */
async function keepFingerprint(
  { database, host }: ConsentParts,
  evidence: ConsentEvidence,
  known: KnownPictures | null,
): Promise<void> {
  const { exact, pictures, sounds } = await fingerprintOf(evidence, known);
  const createdAt = new Date(host.now());
  await consentRepository(database.queries).keepFingerprint({
    sessionId: evidence.sessionId,
    ...{ exact, pictures, sounds, createdAt },
  });
}

function failed(reason: string): CheckResult {
  return { check: 'chunks', outcome: 'failed', score: 0, threshold: 1, unit: 'chain', reason };
}

function earlierThan({ database }: ConsentParts, sessionId: string): EarlierRecordings {
  const consents = consentRepository(database.queries);
  return {
    async *all() {
      for (let after = ''; ;) {
        const page = await consents.fingerprintsAfter(after, PAGE);
        for (const { sessionId: other, exact, pictures, sounds } of page)
          if (other !== sessionId)
            yield {
              sessionId: other,
              fingerprint: { exact: exact as AssetHash, pictures, sounds },
            };
        const last = page.at(-1);
        if (!last || page.length < PAGE) return;
        after = last.sessionId;
      }
    },
  };
}

async function readKey({ store }: ConsentParts, key: string | null): Promise<Uint8Array<ArrayBuffer>> {
  if (key === null) throw new AppError('not-found', 'What was to be compared with is gone.');
  return new Uint8Array(await store.get(asStoreKey(key)));
}
