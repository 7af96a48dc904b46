/**
 * What looks at pictures, and never answers: the film that it was asked of goes to a person, and the next one is looked at by
 * another. The lane, the films and the database are real; what judges is silent as it is told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { PictureShares, SeenPicture } from '#core/policy/moderation/images/picture-classifier.ts';
import {
  boundedClassifier,
  PictureUnanswered,
  type BoundedParts,
} from '#server/services/moderation/bounded-classifier.ts';
import { pictureJudge } from '#server/services/moderation/pictures.ts';
import { diskStore } from '#server/stores/disk.ts';
import { askFor, inState, OUTPUT, until } from './harness/renders/films.ts';
import { givenFilms, type GivenFilm } from './harness/renders/given-film.ts';
import { greyFilm } from './harness/renders/grey-film.ts';
import { openTrust } from './harness/trust.ts';

const NOTHING: PictureShares = { drawing: 0, hentai: 0, neutral: 1, porn: 0, sexy: 0 };
const PICTURE: SeenPicture = { rgba: Uint8Array.of(0, 0, 0, 255), widthPx: 1, heightPx: 1 };
const never = () => new Promise<never>(() => undefined);
const SOON = { pictureS: 0.3, openS: 0.3 };

/** Of each session that is opened, after how many pictures it is silent for good; −1: it does not even open. */
function silentAfter(...pictures: readonly number[]) {
  const [looked, closed]: [number[], number[]] = [[], []];
  let sessions = 0;
  const open: BoundedParts['open'] = () => {
    const session = sessions++;
    let left = pictures[session] ?? Infinity;
    if (left < 0) return never();
    return Promise.resolve({
      look() {
        looked.push(session);
        return left-- > 0 ? Promise.resolve(NOTHING) : never();
      },
      close() {
        closed.push(session);
        // What hangs does not close, either.
        return left < 0 ? never() : Promise.resolve();
      },
    });
  };
  return { open, looked, closed };
}

test('a film whose picture is not answered goes to a person; the next one is looked at by a new session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-look-unanswered-'));
  const films = new Map<string, GivenFilm>();
  const { open, looked, closed } = silentAfter(2, -1);
  const trust = await openTrust({
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '1' },
    render: {
      openProcess: givenFilms(diskStore(join(folder, 'files')), films),
      filmClassifier: boundedClassifier({ revision: 'silent 1', open, ...SOON }),
    },
  });
  try {
    const maker = await trust.person();
    const ends = async (name: string, seconds: number, state: string) => {
      films.set(name, { bytes: await greyFilm({ codec: 'h264', seconds, fps: 1 }), durationS: seconds });
      const project = newProject({ name, scenes: [['Hello.']] });
      const { id } = await askFor(trust, maker, project, { grade: 'final', output: OUTPUT });
      return until(trust, maker, id, inState(state));
    };
    const unseen = {
      code: 'refused',
      message: expect.stringContaining('could not be looked at by the program') as string,
    };
    // The first session is silent at the third of four pictures, the second one does not open.
    expect(await ends('Silent', 8, 'failed')).toMatchObject({ error: unseen, film: null });
    expect(looked).toEqual([0, 0, 0]);
    expect(closed).toEqual([0]);
    expect(await ends('Not opened', 6, 'failed')).toMatchObject({ error: unseen, film: null });
    await ends('Seen', 4, 'done');
    expect(looked).toEqual([0, 0, 0, 2, 2]);

    const reviewer = await trust.person('reviewer');
    const queue = await trust.ask<readonly { id: string }[]>(reviewer, 'GET', '/api/reviews');
    expect(queue.body).toHaveLength(2);
    for (const { id } of queue.body)
      expect((await trust.ask(reviewer, 'GET', `/api/reviews/${id}`)).body).toMatchObject({
        content: { pictures: [{ name: 'the whole film', file: { type: 'video/mp4' } }] },
      });
  } finally {
    await trust.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);

test('who waits for their turn has the whole time, by a session that answers', async () => {
  const { open, looked } = silentAfter(0);
  const seer = boundedClassifier({ revision: 'silent 1', open, ...SOON });
  const [first, second] = await Promise.allSettled([seer.look(PICTURE), seer.look(PICTURE)]);
  expect(first).toMatchObject({ status: 'rejected', reason: expect.any(PictureUnanswered) as Error });
  expect(second).toMatchObject({ status: 'fulfilled', value: NOTHING });
  expect(looked).toEqual([0, 1]);
});

test('who stops does not wait for the end of that time', async () => {
  const seer = boundedClassifier({ revision: 'silent 1', open: silentAfter(0).open, pictureS: 86_400 });
  const stop = new AbortController();
  const asked = seer.look(PICTURE, stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});

test('a session that cannot be opened is said to be so, and tried again', async () => {
  let tries = 0;
  const open = () =>
    ++tries === 1 ? Promise.reject(new Error('no memory')) : Promise.resolve(openedBy(NOTHING));
  const seer = boundedClassifier({ revision: 'silent 1', open });
  await expect(seer.look(PICTURE)).rejects.toThrow('no memory');
  expect(await seer.look(PICTURE)).toBe(NOTHING);
});
const openedBy = (shares: PictureShares) => ({
  look: () => Promise.resolve(shares),
  close: () => Promise.resolve(),
});

test('an uploaded picture that is not answered is for a person, and looked at when it comes again', async () => {
  const seer = boundedClassifier({ revision: 'silent 1', open: silentAfter(0).open, ...SOON });
  const judge = pictureJudge(seer, () => Promise.resolve(PICTURE));
  const picture = { id: 'a', hash: 'a', bytes: 1, read: () => Promise.resolve(new Uint8Array(1)) };
  expect(await judge.judge([picture])).toMatchObject([
    {
      decision: 'review',
      findings: [{ reason: expect.stringContaining('could not be looked at') as string }],
    },
  ]);
  expect(await judge.judge([picture])).toMatchObject([{ decision: 'allow', findings: [] }]);
});
