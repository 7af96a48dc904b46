/**
 * All that the routes stand on, put together in one place: settings → database and store → repositories → services.
 * What a test replaces (the clock, randomness, checks that cannot be genuine in a stream made by a machine) is given
 * here by constructor; no setting can reach it.
 */
import { randomInt } from 'node:crypto';
import { makeChallenge } from '#core/policy/consent/make-challenge.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import type { TextClassifier } from '#core/policy/moderation/verdict.ts';
import type { Database } from '../database/open.ts';
import { openDatabase } from '../database/open.ts';
import { errorFields, newLogger, type Logger } from '../logger.ts';
import type { Ending } from '../program.ts';
import { newMetrics, type Metrics } from '../metrics.ts';
import { accountsRepository, type AccountsRepository } from '../repositories/accounts.ts';
import { renderRepository } from '../repositories/renders.ts';
import { usageRepository, type UsageRepository } from '../repositories/usage.ts';
import { keptSecret, storePlaceOf, type Settings } from '../settings.ts';
import { openStoreAt } from '../render/store-place.ts';
import { openAssets, type Assets } from './assets/assets.ts';
import { openAccounts, type Accounts } from './accounts/accounts.ts';
import { accountAssets, assetKey } from './assets/account-assets.ts';
import { openDeletion, type AccountDeletion } from './accounts/deletion.ts';
import { openConsents, type Consents } from './consent/consents.ts';
import { consentDecoder } from './consent/decoder.ts';
import { openOwnVoices, type OwnVoicesParts } from './consent/own-voices.ts';
import { consentChecks, ownVoiceprints } from './consent/default-checks.ts';
import type { ConsentParts } from './consent/parts.ts';
import { safeFetcher, type SafeFetch } from './fetch/safe-fetch.ts';
import { countedStore, type CountedStore } from './files/counted-store.ts';
import { openHousekeeping, type Housekeeping } from './housekeeping.ts';
import { requestLimit, type RateLimit } from './limits.ts';
import { currentKey, openPublisher, type Publisher } from './keys/publisher.ts';
import { openSigningKeys } from './keys/signing-keys.ts';
import { openLog, type Log } from './log/log.ts';
import { openReceipts, type Receipts } from './log/receipts.ts';
import { openSalts, type Salts } from './log/salts.ts';
import { openJudging } from './moderation/judging.ts';
import type { PictureJudge } from './moderation/pictures.ts';
import { providersOf } from './moderation/providers/switched-on.ts';
import { remembering } from './moderation/providers/provider.ts';
import { openVerdicts, type Verdicts } from './moderation/verdicts.ts';
import { openPermits, type Permits } from './permits.ts';
import { openQueue } from './renders/queue.ts';
import { openDesk } from './renders/desk.ts';
import { filmLook } from './renders/look.ts';
import { PATIENCE, renderLimits, type Patience } from './renders/parts.ts';
import { productSweep, renderSweep } from './renders/sweep.ts';
import { openRenders, type Renders } from './renders/renders.ts';
import type { Runner } from './renders/runner.ts';
import { openWorker } from './renders/work.ts';
import type { OpenRenderProcess } from '../render/process.ts';
import { banConsequence } from './review/ban.ts';
import { openEvidence, type ReviewEvidence } from './review/evidence.ts';
import { openReview, type Review } from './review/review.ts';
import { openScratch } from './scratch.ts';

export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
}
export const REAL_HOST: Host = { now: () => Date.now() };

export interface Services {
  readonly settings: Settings;
  readonly origin: string;
  readonly host: Host;
  readonly log: Logger;
  readonly database: Database;
  /** Files of accounts, each held to its account's sum. */
  readonly store: CountedStore;
  readonly repositories: { readonly accounts: AccountsRepository; readonly usage: UsageRepository };
  readonly metrics: Metrics;
  readonly requests: RateLimit;
  readonly accounts: Accounts;
  /** The append-only one that everyone may audit; `log` above is what the process says of itself. */
  readonly trustLog: Log;
  readonly salts: Salts;
  readonly publisher: Publisher;
  readonly receipts: Receipts;
  readonly review: Review;
  readonly evidence: ReviewEvidence;
  readonly verdicts: Verdicts;
  readonly permits: Permits;
  readonly consents: Consents;
  readonly assets: Assets;
  readonly renders: Renders;
  readonly deletion: AccountDeletion;
  readonly housekeeping: Housekeeping;
  /** Ends what runs, then closes the database. */
  /** What `close` ends, in its order. */
  readonly endings: readonly Ending[];
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly settings: Settings;
  /** Where the server is reached; receipts name it. */
  readonly origin: string;
  readonly host?: Host;
  readonly log?: Logger;
  /** What learned to judge words; null: the rules alone judge. */
  readonly classifier?: TextClassifier | null;
  /** What looks at pictures; null: none are judged. */
  readonly pictures?: PictureJudge | null;
  /** How files are fetched that people name by URL. */
  readonly fetchSafely?: SafeFetch;
  /** What a test puts in the place of chance, of decoding, and of checks that no made stream can pass. */
  readonly consent?: Partial<
    Pick<ConsentParts, 'random' | 'challenge' | 'decoder' | 'checks'> & Pick<OwnVoicesParts, 'voiceprints'>
  >;
  readonly render?: RenderOptions;
}

export interface RenderOptions {
  /** What draws; without it others do. */
  readonly openProcess?: OpenRenderProcess;
  /** Looks at finished films; without it none are looked at. */
  readonly filmClassifier?: PictureClassifier;
  /** For how long a store that fails is waited for. */
  readonly patience?: Patience;
}

/** @throws AppError storage-failed */
export async function openServices(options: ServiceOptions): Promise<Services> {
  const {
    settings,
    origin,
    host = REAL_HOST,
    log = newLogger(settings.LOG_LEVEL),
    classifier = null,
    pictures = null,
    fetchSafely = safeFetcher(),
    consent = {},
    render = {},
  } = options;
  const database = await openDatabase(settings.database);
  try {
    return await servicesOn(database, {
      ...{ settings, origin, host, log, classifier, pictures, fetchSafely, consent, render },
    });
  } catch (error) {
    // Whoever starts again must find it free.
    await database.close();
    throw error;
  }
}

async function servicesOn(
  database: Database,
  {
    settings,
    origin,
    host,
    log,
    classifier,
    pictures,
    fetchSafely,
    consent,
    render,
  }: Required<ServiceOptions>,
): Promise<Services> {
  const mostBytes = settings.ACCOUNT_STORAGE_MB * 1_048_576;
  const store = countedStore(openStoreAt(storePlaceOf(settings)), { database, host, mostBytes });
  const scratch = openScratch(settings.dataFolder);
  const accounts = accountsRepository(database.queries);
  const usage = usageRepository(database.queries);
  const secrets = openSigningKeys(settings.dataFolder, settings.ORATOR_SIGNING_KEYS);
  const trustLog = openLog({ database, issuer: origin, key: () => currentKey(secrets), host });
  const salts = openSalts(host);
  const publisher = await openPublisher({ database, issuer: origin, secrets, log: trustLog, host });
  const receipts = openReceipts({ database, publisher, secrets, log: trustLog, salts, host });
  const decided = { database, log: trustLog, salts, host };
  const review = openReview({
    ...decided,
    promiseHours: settings.REVIEW_HOURS,
    barToApproval: (found, reviewerId) => evidence.barToApproval(found, reviewerId),
    consequences: {
      ban: banConsequence(host),
      consent: async (queries, { subjectId }, outcome) =>
        void (await consents.decide(queries, subjectId, outcome === 'approved')),
    },
  });
  const evidence: ReviewEvidence = openEvidence({
    ...{ database, store, review, trustLog, salts, host, log },
    keepDays: settings.CONSENT_MEDIA_DAYS,
  });
  const judging = openJudging({
    ...{ classifier, pictures, log },
    providers: providersOf(settings).map(remembering),
    providerTimeoutMs: 1000 * settings.MODERATION_TIMEOUT_S,
  });
  const verdicts = openVerdicts({
    ...{ ...decided, usage, review, judging, perDay: settings.VERDICTS_PER_DAY },
    keepDays: settings.VERDICT_DAYS,
    assets: (accountId) => ({
      get: (hash) => accountAssets(store, accountId).get(hash),
      size: (hash) => store.size(assetKey(accountId, hash)),
    }),
  });
  const secret = settings.ORATOR_SECRET ?? keptSecret(settings.dataFolder, 'session-secret');
  const consents: Consents = openConsents({
    ...{ settings, origin, host, log, database, store, trustLog, receipts, salts, secret, usage, review },
    evidence,
    random: randomInt,
    challenge: makeChallenge,
    decoder: consentDecoder(scratch),
    checks: consentChecks,
    ...consent,
  });
  const assets = openAssets({ settings, host, log, database, store, usage, fetchSafely });
  const voices = openOwnVoices({
    ...{ database, store, host, log, decoder: consentDecoder(scratch), voiceprints: ownVoiceprints() },
    ...consent,
  });
  const permits = openPermits({ ...decided, receipts, verdicts, review, evidence, voices });
  const queue = await openQueue(database, (error) => log.error(errorFields(error), 'queue'));
  const { openProcess, filmClassifier, patience = PATIENCE } = render;
  // The embedded database has one process: whoever else is written down is dead, and need not be waited for.
  if (database.kind === 'pglite') await renderRepository(database.queries).forgetWorkers();
  const runners: Runner[] = [];
  const renderParts = {
    ...{ database, store, queue, host, log, patience },
    secondsPerDay: settings.RENDER_SECONDS_PER_DAY,
    wake: () => runners.forEach((runner) => runner.poke()),
  };
  const renders = openRenders({
    ...renderParts,
    permits,
    verdicts,
    assets,
    mostQueued: settings.RENDERS_QUEUED,
    filmDays: settings.ASSET_DAYS,
  });
  runners.push(
    openDesk({
      ...renderParts,
      permits,
      receipts,
      accounts,
      trustLog,
      salts,
      ...(filmClassifier
        ? { lookAtFilm: filmLook({ store, assets, verdicts, log, classifier: filmClassifier }) }
        : {}),
    }),
  );
  if (openProcess && settings.RENDER_SLOTS > 0)
    runners.push(
      openWorker({
        parts: renderParts,
        slots: settings.RENDER_SLOTS,
        openProcess,
        limits: renderLimits(settings),
      }),
    );
  const deletion = openDeletion({
    ...{ database, store, consents, trustLog, salts, host, log },
    workMinutes: settings.RENDER_STEP_MINUTES,
  });
  const housekeeping = openHousekeeping(log, {
    evidence: () => evidence.sweep(),
    'judged words': () => verdicts.sweep(),
    'deleted accounts': () => deletion.sweep(),
    // Not before its segments: what of them is still used is known by films alone.
    films: renderSweep({ database, host, keepDays: Math.max(settings.RENDER_DAYS, settings.SEGMENT_DAYS) }),
    'segments and sounds': productSweep({ database, store, host, keepDays: settings.SEGMENT_DAYS }),
    scratch: () => scratch.sweep(),
    attempts: () => usage.sweepAttempts(new Date(host.now())),
  });
  const { SIGN_UP: signUp } = settings;
  const endings: readonly Ending[] = [
    ['a chore of the house', () => housekeeping.close()],
    ['an upload', () => assets.close()],
    ['whoever watches a film', () => renders.close()],
    ['a film in hand', () => Promise.all(runners.map((runner) => runner.close()))],
    ['the queue', () => queue.close()],
    ['a check of a consent', () => consents.close()],
    ['the database', () => database.close()],
  ];
  return {
    settings,
    origin,
    host,
    log,
    database,
    store,
    repositories: { accounts, usage },
    metrics: newMetrics(),
    requests: requestLimit(settings.REQUESTS_PER_MINUTE),
    accounts: openAccounts({ database, accounts, origin, signUp, secret, usage, now: () => host.now() }),
    trustLog,
    salts,
    publisher,
    receipts,
    review,
    evidence,
    verdicts,
    permits,
    consents,
    assets,
    renders,
    deletion,
    housekeeping,
    endings,
    async close() {
      for (const [, end] of endings) await end();
    },
  };
}
