/**
 * Was this recording, or a near-duplicate of it, sent before? The same bytes are the same recording; else sound and pictures
 * are held against those of every earlier one, each robust to being coded again. Sound that was heard before is enough: a
 * person says a new code with the old voice only by saying it. Pictures alone go to a person, since rooms repeat themselves.
 */
import { createHash } from 'node:crypto';
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { ConsentCheck, ConsentEvidence, RecordingFingerprint } from '../evidence.ts';
import { SAME_PICTURES } from './pictures/seen-before.ts';
import { printDistance, soundPrints } from './sound/fingerprint.ts';
import { result } from './sound/result.ts';

/** Those of sound are reasoned; rows “heard before …” of `npm run bench:consent` measure them. */
export const SEEN_LIMITS = {
  /** Share of bits that are the same over ten seconds: of one sound coded twice, of two sounds. */
  sameSound: 0.7,
  otherSound: 0.64,
  /** As `picturesAlike` answers, 0 to 1. */
  samePictures: SAME_PICTURES,
} as const;

/** What the look at a recording's pictures gives for knowing them again. */
export interface KnownPictures {
  readonly prints: readonly string[];
  /** 1 for the same pictures, about 0 for others. */
  alike(earlier: readonly string[]): number;
}

/** Null where the pictures were not looked at. */
export type LookForPictures = (
  evidence: ConsentEvidence,
  signal?: CancelSignal,
) => Promise<KnownPictures | null>;

/** What is kept of a recording, to know it again. */
export async function fingerprintOf(
  evidence: ConsentEvidence,
  pictures: KnownPictures | null,
): Promise<RecordingFingerprint> {
  const hash = createHash('sha256');
  for (let i = 0; i < evidence.chunks.length; i++) hash.update(await evidence.recording.chunk(i));
  return {
    exact: hash.digest('hex') as AssetHash,
    pictures: pictures?.prints ?? [],
    sounds: soundPrints(evidence.film.sound.samples),
  };
}

export function notSeenBeforeCheck(look: LookForPictures): ConsentCheck {
  return {
    answers: ['not-seen-before'],
    async run(evidence, signal) {
      const pictures = await look(evidence, signal);
      const own = await fingerprintOf(evidence, pictures);
      let [sound, picture] = [0, 0];
      for await (const { sessionId, fingerprint } of evidence.earlier.all()) {
        throwIfCancelled(signal);
        if (sessionId === evidence.sessionId) continue;
        if (fingerprint.exact === own.exact) return [judge(1, 1)];
        sound = Math.max(sound, 1 - (printDistance(own.sounds, fingerprint.sounds) ?? 0.5));
        picture = Math.max(picture, pictures?.alike(fingerprint.pictures) ?? 0);
      }
      return [judge(sound, picture)];
    },
  };
}

/** The score is 1 for what was never seen. */
function judge(sound: number, picture: number): CheckResult {
  const { sameSound, otherSound, samePictures } = SEEN_LIMITS;
  const said = (outcome: CheckResult['outcome'], alike: number, limit: number, reason: string) =>
    result('not-seen-before', outcome, 1 - alike, 1 - limit, 'novelty', reason);
  if (sound >= sameSound)
    return said(
      'failed',
      sound,
      sameSound,
      'This recording’s sound was sent before: it is a replay, or made from one.',
    );
  if (picture >= samePictures && sound >= otherSound)
    return said('failed', picture, samePictures, 'These pictures and this sound were sent before.');
  if (picture >= samePictures)
    return said('unsure', picture, samePictures, 'The pictures look like those of an earlier recording.');
  if (sound >= otherSound)
    return said('unsure', sound, otherSound, 'Parts of the sound may have been heard before.');
  return said('passed', sound, otherSound, 'Nothing like this recording was sent before.');
}
