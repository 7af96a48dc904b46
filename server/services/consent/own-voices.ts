/**
 * Whose voice a recording is. A consent is to a presenter, and a recorded voice is no part of one: so a recording counts as
 * the voice of someone who consented where it sounds like them in the recording of that consent. That is listened for while
 * the consent's recording is kept, and only that it was so is written down, never what the voice is like. What does not sound
 * like them, or comes when nothing is left to compare with, a person listens to.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { Recording } from '#core/document/project.ts';
import { recordingHash } from '#core/policy/consent/presenter-hash.ts';
import type { Database } from '../../database/open.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import { accountAssets } from '../assets/account-assets.ts';
import type { Host } from '../services.ts';
import { asStoreKey, type FileStore } from '../store.ts';
import { VOICE_LIMITS } from './checks/sound/same-voice.ts';
import { likeness, type Voiceprint, type VoiceprintModel } from './checks/sound/voiceprint.ts';
import type { Decoder } from './decoder.ts';

/** Whoever may be heard in a recording, by the presenter they consented to. */
export interface Speaker {
  readonly presenter: AssetHash;
  /** It sounded like them; else theirs is the newest consent that stands, and a person has to say. */
  readonly heard: boolean;
}

export interface OwnVoices {
  /** What was found before. Null: the account has no consent that stands. */
  known(accountId: string, recording: Recording): Promise<Speaker | null>;
  /** Compares it with the account's consents, and writes down what it was found to be. */
  listen(accountId: string, recording: Recording): Promise<Speaker | null>;
}

export interface OwnVoicesParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly host: Host;
  readonly log: Logger;
  readonly decoder: Decoder;
  /** Opened when the first recording is to be listened to. */
  readonly voiceprints: () => Promise<Pick<VoiceprintModel, 'of'>>;
}

/** The newest so many consents are listened to: each is decoded anew. */
const CONSENTS = 3;

export function openOwnVoices(parts: OwnVoicesParts): OwnVoices {
  const { database, store, host, log, decoder, voiceprints } = parts;
  const consents = consentRepository(database.queries);

  const printOf = async (samples: Float32Array): Promise<Voiceprint | null> => {
    const print = await (await voiceprints()).of(samples);
    return print && print.speechS >= VOICE_LIMITS.speechS ? print : null;
  };
  const consented = async ({ id }: ConsentRow): Promise<Voiceprint | null> => {
    const chunks = await consents.chunks(id);
    await using recording = await decoder.recording({
      chunks: chunks.map(({ position, receivedAtMs, bytes, hash }) => ({
        ...{ index: position, receivedAtMs, bytes, hash: hash as AssetHash },
      })),
      read: async (index) => new Uint8Array(await store.get(asStoreKey(chunks[index]?.storeKey ?? ''))),
    });
    return printOf(recording.film.sound.samples);
  };
  const soundsLike = async (
    accountId: string,
    sound: AssetHash,
    granted: readonly ConsentRow[],
  ): Promise<ConsentRow | null> => {
    const kept = granted.filter(({ mediaDeletedAt }) => mediaDeletedAt === null).slice(0, CONSENTS);
    const bytes = kept.length > 0 ? await accountAssets(store, accountId).get(sound) : null;
    if (!bytes) return null;
    await using opened = await decoder.picture(bytes);
    const own = await printOf(opened.film.sound.samples);
    for (const row of own ? kept : []) {
      const theirs = await consented(row);
      if (own && theirs && likeness(own, theirs) >= VOICE_LIMITS.same) return row;
    }
    return null;
  };
  const speaker = ({ presenterHash }: ConsentRow, heard: boolean): Speaker => ({
    presenter: presenterHash as AssetHash,
    heard,
  });
  const known: OwnVoices['known'] = async (accountId, recording) => {
    const granted = await consents.granted(accountId);
    const heard = await consents.heardIn(accountId, recordingHash(recording));
    const found = granted.find(({ id }) => heard.includes(id));
    if (found) return speaker(found, true);
    return granted[0] ? speaker(granted[0], false) : null;
  };
  return {
    known,
    async listen(accountId, recording) {
      const before = await known(accountId, recording);
      if (!before || before.heard) return before;
      const granted = await consents.granted(accountId);
      const found = await soundsLike(accountId, recording.asset, granted).catch((error: unknown) => {
        log.warn(errorFields(error), 'a recorded voice could not be listened to');
        return null;
      });
      if (!found) return before;
      const at = new Date(host.now());
      await consents.noteHeard({
        accountId,
        recordingHash: recordingHash(recording),
        sessionId: found.id,
        at,
      });
      return speaker(found, true);
    },
  };
}
