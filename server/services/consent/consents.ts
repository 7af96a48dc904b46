/**
 * Consent, as the routes ask for it: begin, record, finish, read back, take back. Whose it is, is looked at here once for
 * every call; what is not the caller's does not exist for them.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { Queries } from '../../database/drizzle.ts';
import { consentRepository, type ConsentRow, type ReceiptRow } from '../../repositories/consent.ts';
import { assetKey } from '../assets/account-assets.ts';
import { beginConsent, pictureUploads, requireRow, type ConsentWish } from './begin.ts';
import { deleteMedia, findByLink, openSweeper, withdraw } from './endings.ts';
import type { CaptureHints, PresenterPart } from './evidence.ts';
import { openJudge } from './judge.ts';
import { linkOf, type RevokeLink } from './link.ts';
import type { ConsentParts } from './parts.ts';
import {
  finishRecording,
  requirePace,
  sessionMs,
  startRecording,
  takeChunk,
  type TakenChunk,
} from './recording.ts';
import { recordUntilMs, revealed, type Revealed } from './reveal.ts';
import { settleByPerson } from './settle.ts';

export type { ConsentWish } from './begin.ts';

export interface ConsentState {
  readonly row: ConsentRow;
  readonly receipt: ReceiptRow | null;
  /** Where the consent stands: the person's way to take it back. */
  readonly link: RevokeLink;
}

/** As the person is told of it by their link. */
export interface LinkedConsent extends ConsentState {
  /** Whether the account has, for films that are drawn here, a copy of what the presenter was made from. */
  readonly uploaded: boolean;
}

/** What is to be seen of a session under way, and its clock. */
export interface Showing extends Revealed {
  readonly nowMs: number;
  readonly endsAtMs: number;
}

export interface Consents {
  begin(accountId: string, wish: ConsentWish): Promise<ConsentState>;
  list(accountId: string): Promise<readonly ConsentState[]>;
  get(accountId: string, id: string): Promise<ConsentState>;
  /** One of the files that the presenter is drawn from. @param read reads the bytes, once there is room for them */
  putPart(
    accountId: string,
    id: string,
    part: PresenterPart,
    read: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<ConsentState>;
  start(accountId: string, id: string, hints: CaptureHints): Promise<Showing>;
  showing(accountId: string, id: string): Promise<Showing>;
  take(
    accountId: string,
    id: string,
    chunk: { readonly index: number; readonly before: string; readonly bytes: Uint8Array<ArrayBuffer> },
  ): Promise<TakenChunk>;
  finish(
    accountId: string,
    id: string,
    claimed: { readonly chunks: number; readonly chainHead: string },
  ): Promise<ConsentState>;
  withdraw(accountId: string, id: string): Promise<ConsentState>;
  /** All that an account has, before it goes. @returns how many there were */
  withdrawAll(accountId: string): Promise<number>;
  deleteMedia(accountId: string, id: string): Promise<ConsentState>;
  /** By the link alone; no account. */
  byLink(token: string): Promise<LinkedConsent>;
  withdrawByLink(token: string): Promise<LinkedConsent>;
  deleteMediaByLink(token: string): Promise<LinkedConsent>;
  /** A reviewer's decision, in their transaction. */
  decide(queries: Queries, id: string, approved: boolean): Promise<boolean>;
  /** Deletes what is due. @returns how many recordings went */
  sweep(): Promise<number>;
  /** Done when nothing waits to be checked. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const MOST_LISTED = 200;

export function openConsents(parts: ConsentParts): Consents {
  const { database, host } = parts;
  const consents = consentRepository(database.queries);
  const judge = openJudge(parts);
  const sweeper = openSweeper(parts);
  const uploads = pictureUploads(parts);
  const owned = async (accountId: string, id: string): Promise<ConsentRow> => {
    const row = await consents.find(id);
    return requireRow(row?.accountId === accountId ? row : null);
  };
  const state = async (row: ConsentRow): Promise<ConsentState> => ({
    row,
    receipt: await consents.receiptOf(row.id),
    link: linkOf(parts, row.id),
  });
  const linked = async (row: ConsentRow): Promise<LinkedConsent> => {
    const copies = row.files.map(({ hash }) => assetKey(row.accountId, hash as AssetHash));
    const sizes = await Promise.all(copies.map((copy) => parts.store.size(copy)));
    return { ...(await state(row)), uploaded: sizes.some((size) => size !== null) };
  };
  const show = (row: ConsentRow): Showing => {
    const nowMs = sessionMs(row, host.now());
    const open = row.state === 'recording';
    return {
      nowMs,
      endsAtMs: recordUntilMs(row.challenge),
      ...(open ? revealed(row.challenge, nowMs) : { shown: [], nextAtMs: null }),
    };
  };
  return {
    begin: async (accountId, wish) => state(await beginConsent(parts, accountId, wish)),
    list: async (accountId) => Promise.all((await consents.listOf(accountId, MOST_LISTED)).map(state)),
    get: async (accountId, id) => state(await owned(accountId, id)),
    async putPart(accountId, id, part, read) {
      const row = await owned(accountId, id);
      const done = uploads.admit();
      try {
        await uploads.take(row, part, await read());
      } finally {
        done();
      }
      return state(await owned(accountId, id));
    },
    async start(accountId, id, hints) {
      await owned(accountId, id);
      return show(await startRecording(parts, id, hints));
    },
    showing: async (accountId, id) => show(await owned(accountId, id)),
    async take(accountId, id, chunk) {
      // The last byte is here now, and not before; what the database takes from here on is no lateness of theirs.
      const cameAtMs = host.now();
      const row = await owned(accountId, id);
      await requirePace(parts, row, chunk.bytes.length, cameAtMs);
      return takeChunk(parts, row, { ...chunk, cameAtMs });
    },
    async finish(accountId, id, claimed) {
      await owned(accountId, id);
      const row = await finishRecording(parts, id, claimed);
      judge.poke();
      return state(row);
    },
    async withdraw(accountId, id) {
      await owned(accountId, id);
      return state(await withdraw(parts, id));
    },
    async withdrawAll(accountId) {
      const ids = await consents.idsOf(accountId);
      for (const id of ids) await withdraw(parts, id);
      return ids.length;
    },
    async deleteMedia(accountId, id) {
      await owned(accountId, id);
      return state(await deleteMedia(parts, id));
    },
    byLink: async (token) => linked(await findByLink(parts, token)),
    withdrawByLink: async (token) => linked(await withdraw(parts, (await findByLink(parts, token)).id)),
    deleteMediaByLink: async (token) => linked(await deleteMedia(parts, (await findByLink(parts, token)).id)),
    decide: (queries, id, approved) => settleByPerson(parts, queries, id, approved),
    sweep: () => sweeper.sweep(),
    idle: () => judge.idle(),
    async close() {
      await judge.close();
      await sweeper.close();
    },
  };
}
