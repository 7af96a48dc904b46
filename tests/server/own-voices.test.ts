/**
 * A recorded voice stands on the consent of whoever is heard in it: by the sound of them in that consent's recording, or by a
 * reviewer's ear; and before more than a draft somebody has heard what it says. Sounds are Flite's, the network is the real one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { newProject } from '#core/document/create.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { Project } from '#core/document/project.ts';
import { recordingHash } from '#core/policy/consent/presenter-hash.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import { filmOf } from './consent-evidence.ts';
import { spoken } from './consent-voices.ts';
import {
  BLIND,
  openConsentTrust,
  Recorder,
  saying,
  someBytes,
  type ConsentTrust,
} from './harness/consent.ts';
import type { Asker } from './harness/trust.ts';

const LONG_MS = 600_000;
const CONSENTING =
  'The northern mountains are covered with snow until late in the summer, and few people live there.';
const RECORDED =
  'She opened a small bakery near the harbour, where the fishermen come for breakfast every day.';
/** A WAV by its first bytes; which voice it is, its last says. */
const sound = (voice: number) => Uint8Array.from([...new TextEncoder().encode('RIFF....WAVEfmt '), voice]);
const [OWN, ANOTHER] = [sound(1), sound(2)];

let trust: ConsentTrust;
beforeAll(async () => {
  const [consented, own, another] = await Promise.all([
    spoken(CONSENTING, 'slt'),
    spoken(RECORDED, 'slt'),
    spoken(RECORDED, 'rms'),
  ]);
  trust = await openConsentTrust({
    env: { REQUESTS_PER_MINUTE: '100000', CONSENTS_PER_DAY: '1000' },
    consent: {
      checks: () => Promise.resolve({ list: saying(), pictures: () => Promise.resolve(null) }),
      decoder: {
        recording: async (received) => ({
          ...(await BLIND.recording(received)),
          film: filmOf(consented, [], received.chunks.length),
        }),
        picture: (bytes) =>
          Promise.resolve({
            film: filmOf(bytes.at(-1) === 1 ? own : another),
            [Symbol.asyncDispose]: () => Promise.resolve(),
          }),
      },
    },
  });
}, LONG_MS);
afterAll(() => trust.close());

/** A drawn presenter, whom somebody’s recording speaks for. */
async function filmWith(bytes: Uint8Array<ArrayBuffer>): Promise<Project> {
  const project = newProject();
  const asset = await sha256Hex(bytes);
  const recording = { asset, startS: 0, endS: 5, language: 'en', likeness: UNCONSENTED };
  const medium = {
    ...{ hash: asset, name: 'voice.wav', mime: 'audio/wav', bytes: bytes.length, kind: 'sound' as const },
    ...{ widthPx: 0, heightPx: 0, durationS: 5 },
  } as const;
  const scenes = project.scenes.map((scene) => ({ ...scene, recording }));
  return { ...project, media: [medium], scenes };
}
const upload = async (who: { readonly accountId: string }, bytes: Uint8Array<ArrayBuffer>) =>
  trust.services.store.put(assetKey(who.accountId, await sha256Hex(bytes)), bytes);
const ask = (who: Asker, project: Project, grade: 'draft' | 'final') =>
  trust.ask<{ message: string }>(who, 'POST', '/api/permits', { project, grade });
const subjectOf = ({ scenes: [scene] }: Project) => (scene?.recording ? recordingHash(scene.recording) : '');
async function caseOf(reviewer: Asker, subjectId: string): Promise<string | null> {
  const { body } = await trust.ask<readonly { id: string; subjectId: string }[]>(
    reviewer,
    'GET',
    '/api/reviews',
  );
  return body.find((found) => found.subjectId === subjectId)?.id ?? null;
}
async function consenting(who: Asker) {
  const recorder = await Recorder.started(trust, who);
  await recorder.second(Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3, ...someBytes(0)]));
  return recorder.decided();
}
const look = async (who: Asker, id: string, what: string) =>
  (
    await trust.fetch(
      new Request(`http://localhost:4400/api/reviews/${id}/${what}`, { headers: who.headers }),
    )
  ).status;
const approve = async (who: Asker, id: string) =>
  (
    await trust.ask(who, 'POST', `/api/reviews/${id}/decision`, {
      outcome: 'approved',
      reason: 'As I hear it.',
    })
  ).status;

describe('one’s own recorded voice', () => {
  test(
    'stands on one’s consent by its sound; what it says is heard by a reviewer before more than a draft',
    async () => {
      const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
      const film = await filmWith(OWN);
      await upload(author, OWN);
      expect((await ask(author, film, 'draft')).status, 'without any consent').toBe(403);
      const { state, id } = await consenting(author);
      expect(state).toBe('granted');
      expect((await ask(author, film, 'draft')).status).toBe(200);
      expect(await caseOf(reviewer, subjectOf(film))).toBeNull();

      const final = await ask(author, film, 'final');
      expect(final).toMatchObject({ status: 403 });
      expect(final.body.message).toContain('first listens to a recording');
      const waiting = (await caseOf(reviewer, subjectOf(film))) ?? '';
      expect(await approve(reviewer, waiting), 'unheard').toBe(409);
      for (const what of ['source', 'clip']) expect(await look(reviewer, waiting, what)).toBe(200);
      expect(await approve(reviewer, waiting)).toBe(200);
      expect((await ask(author, film, 'final')).status).toBe(200);

      // It stood on the consent, and falls with it.
      expect((await trust.ask(author, 'POST', `/api/consents/${id}/withdraw`)).status).toBe(200);
      expect((await ask(author, film, 'draft')).status).toBe(403);
    },
    LONG_MS,
  );

  test(
    'that sounds like another is left to a person, who hears it beside the consent',
    async () => {
      const [author, reviewer] = [await trust.person(), await trust.person('reviewer')];
      await consenting(author);
      const film = await filmWith(ANOTHER);
      await upload(author, ANOTHER);
      const answer = await ask(author, film, 'draft');
      expect(answer.status).toBe(403);
      expect(answer.body.message).toContain('first listens');
      const waiting = (await caseOf(reviewer, subjectOf(film))) ?? '';
      for (const what of ['source', 'clip']) expect(await look(reviewer, waiting, what)).toBe(200);
      expect(await approve(reviewer, waiting)).toBe(200);
      expect((await ask(author, film, 'draft')).status).toBe(200);
    },
    LONG_MS,
  );
});
