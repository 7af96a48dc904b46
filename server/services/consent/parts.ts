/** What the consent service is made of. Everything that a test replaces is here, and is given by constructor alone. */
import type { makeChallenge, RandomInt } from '#core/policy/consent/make-challenge.ts';
import type { Database } from '../../database/open.ts';
import type { Logger } from '../../logger.ts';
import type { UsageRepository } from '../../repositories/usage.ts';
import type { Settings } from '../../settings.ts';
import type { Log } from '../log/log.ts';
import type { Receipts } from '../log/receipts.ts';
import type { Salts } from '../log/salts.ts';
import type { ReviewEvidence } from '../review/evidence.ts';
import type { Review } from '../review/review.ts';
import type { Host } from '../services.ts';
import type { FileStore } from '../store.ts';
import type { Decoder } from './decoder.ts';
import type { CheckSet } from './default-checks.ts';

export interface ConsentParts {
  readonly settings: Settings;
  readonly origin: string;
  readonly host: Host;
  readonly log: Logger;
  readonly database: Database;
  readonly store: FileStore;
  readonly trustLog: Log;
  readonly receipts: Receipts;
  readonly salts: Salts;
  readonly usage: UsageRepository;
  /** Where a doubt waits for a person. */
  readonly review: Pick<Review, 'open'>;
  /** What waits for a person, or was sent to be seen by one, ends with the consent. */
  readonly evidence: Pick<ReviewEvidence, 'end'>;
  /** Signs the links by which a person revokes; the same on every process of one server. */
  readonly secret: string;
  readonly random: RandomInt;
  /** What a person is asked to do, and how long they have for it. */
  readonly challenge: typeof makeChallenge;
  readonly decoder: Decoder;
  /** Opened when the first recording is to be checked: they hold networks in memory. */
  readonly checks: () => Promise<CheckSet>;
}
