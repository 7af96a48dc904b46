/**
 * What follows from a consent's checks: a receipt, a refusal, or a person who looks. The state, the receipt or the case,
 * and the log's entry are one transaction.
 */
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { decideConsent, type CheckId, type CheckResult } from '#core/policy/consent/checks.ts';
import type { Queries } from '../../database/drizzle.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import { requireRow } from './begin.ts';
import type { ConsentParts } from './parts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** @returns the session as it stands then; it stays as it is where it is not being checked any more */
export async function settle(
  parts: ConsentParts,
  id: string,
  results: readonly CheckResult[],
): Promise<ConsentRow> {
  const { database, host } = parts;
  return database.transaction(async (queries) => {
    const consents = consentRepository(queries);
    const row = requireRow(await consents.findToChange(id));
    if (row.state !== 'checking') return row;
    await consents.change(id, { results, leaseUntil: null });
    const decision = decideConsent(results);
    if (decision === 'granted') await grant(parts, queries, row, results);
    else if (decision === 'refused') await refuse(parts, queries, row, results);
    else {
      // Kept no shorter than it takes to look.
      const promised = host.now() + parts.settings.REVIEW_HOURS * HOUR_MS;
      const due = Math.max(row.mediaDeleteAt?.getTime() ?? 0, promised);
      await consents.change(id, { state: 'person', mediaDeleteAt: new Date(due) });
      await openCase(parts, queries, row, results);
    }
    if (decision !== 'person') await consents.change(id, { decidedAt: new Date(host.now()) });
    return requireRow(await consents.find(id));
  });
}

/**
 * A reviewer has looked. In their transaction, which writes their own entry into the log.
 * @returns false where the consent does not wait for a person any more
 */
export async function settleByPerson(
  parts: ConsentParts,
  queries: Queries,
  id: string,
  approved: boolean,
): Promise<boolean> {
  const consents = consentRepository(queries);
  const row = await consents.findToChange(id);
  if (row?.state !== 'person' && row?.state !== 'refused') return false;
  const results = row.results ?? [];
  if (approved) await grant(parts, queries, row, results);
  else if (row.state === 'person') await refuse(parts, queries, row, results);
  await consents.change(id, { decidedAt: new Date(parts.host.now()) });
  return true;
}

/** Ends a session that has broken before anything could be checked. */
export async function refuseSession(
  parts: ConsentParts,
  id: string,
  { check, reason }: { readonly check: CheckId; readonly reason: string },
): Promise<void> {
  const { database, host, settings } = parts;
  await database.transaction(async (queries) => {
    const consents = consentRepository(queries);
    const row = await consents.findToChange(id);
    if (row?.state !== 'recording') return;
    const failed: CheckResult = { check, outcome: 'failed', score: 0, threshold: 1, unit: 'chain', reason };
    const now = host.now();
    await consents.change(id, {
      results: [failed],
      finishedAt: new Date(now),
      decidedAt: new Date(now),
      mediaDeleteAt: new Date(now + settings.CONSENT_MEDIA_DAYS * DAY_MS),
    });
    await refuse(parts, queries, row, [failed]);
  });
}

async function grant(
  { receipts }: ConsentParts,
  queries: Queries,
  row: ConsentRow,
  results: readonly CheckResult[],
): Promise<void> {
  const hashOf = (value: unknown) => sha256Hex(new TextEncoder().encode(canonicalJson(value)));
  await receipts.issue(queries, {
    sessionId: row.id,
    accountId: row.accountId,
    presenter: row.presenterHash as AssetHash,
    scope: row.scope,
    evidence: {
      recording: row.chainHead as AssetHash,
      challenge: await hashOf(row.challenge),
      checks: await hashOf(results),
    },
  });
  await consentRepository(queries).change(row.id, { state: 'granted' });
}

async function refuse(
  { trustLog, salts }: ConsentParts,
  queries: Queries,
  row: ConsentRow,
  results: readonly CheckResult[],
): Promise<void> {
  const { id: sessionId, accountId } = row;
  await consentRepository(queries).change(sessionId, { state: 'refused' });
  const salted = await salts.hasherOf(queries, { kind: 'consent', sessionId, accountId });
  await trustLog.append(queries, [
    {
      type: 'consent-refused',
      subject: salted('subject', `${accountId}/${sessionId}`),
      presenter: salted('presenter', row.presenterHash),
      failed: results.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check),
    },
  ]);
}

/** The more doubts, the sooner someone looks. */
async function openCase(
  { review }: ConsentParts,
  queries: Queries,
  { id: subjectId, accountId: authorId }: ConsentRow,
  results: readonly CheckResult[],
): Promise<void> {
  const doubts = results.filter(({ outcome }) => outcome === 'unsure').length;
  const risk = Math.min(100, 30 + 15 * doubts);
  await review.open(queries, { kind: 'consent', subjectId, authorId, organizationId: null, risk });
}
