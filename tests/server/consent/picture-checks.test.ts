/** The picture checks as one, on films: a drawn person who holds still, and, where there are films, people. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { ConsentPrompt } from '#core/policy/consent/challenge.ts';
import type { CheckId } from '#core/policy/consent/checks.ts';
import type { Picture } from '#core/track/ports.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles, SERVER_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { pictureChecks, rememberingLook } from '#server/services/consent/checks/pictures/checks.ts';
import { openFaceIdentity } from '#server/services/consent/checks/pictures/identity.ts';
import {
  pictureFingerprint,
  picturesAlike,
  SAME_PICTURES,
} from '#server/services/consent/checks/pictures/seen-before.ts';
import type { ConsentEvidence, DrawnPictures, EvidenceFilm } from '#server/services/consent/evidence.ts';
import { ROOT } from '#server/setup/place.js';
import { grain, heldStill, random, replayed } from '../../bench/consent/attacks.ts';
import { filmOf, PEOPLE, pictureFilm, stillFilm, type Change } from '../../bench/consent/films.ts';
import { frameOf } from '../film-frame.ts';
import { filteredFilm } from '../film-frames.ts';
import { drawnPerson } from './drawn-person.ts';

const MEDIA = join(ROOT, '../shared/media');
/** Hundreds of frames go through four networks: seconds alone, minutes on a machine that does much else. */
vi.setConfig({ testTimeout: 300_000 });

const files = diskModelFiles([SERVER_MODELS, join(ROOT, 'static/models')]);
const runtime = ortNodeRuntime({ files, threads: 1 });
const tools = await openFaceTools(runtime, files);
const identity = await openFaceIdentity(runtime, files);
const look = rememberingLook({ tools, identity });
const check = pictureChecks({ tools, identity }, look);
afterAll(async () => {
  await identity.close();
  await tools.close();
});

const FLASH: ConsentPrompt = { kind: 'flash', color: 'red', shownAtMs: 2000, untilMs: 7000 };
const TURN: ConsentPrompt = { kind: 'turn', direction: 'left', shownAtMs: 2000, untilMs: 8000 };

/** @returns what each check says, by name */
async function judged(
  film: EvidenceFilm,
  presenter: EvidenceFilm,
  prompts: readonly ConsentPrompt[],
  drawn: DrawnPictures | null = null,
): Promise<Readonly<Record<CheckId, string>>> {
  const chunk = { index: 0, bytes: 1, hash: '' as never, fromS: 0, untilS: film.durationS };
  const evidence: ConsentEvidence = {
    sessionId: 'a session',
    challenge: { language: 'en', prompts },
    film,
    // Began when the session did.
    chunks: [{ ...chunk, receivedAtMs: 1000 * film.durationS }],
    recording: {
      chunk: () => Promise.reject(new Error('Pictures are judged by the film alone.')),
      frameTimesS: [],
    },
    hints: { cameraLabel: '', settings: {}, webdriver: false },
    presenter,
    drawn,
    earlier: {
      async *all() {
        // There were none.
      },
    },
  };
  const results = await check.run(evidence);
  expect(results.map((one) => one.check)).toEqual(check.answers);
  const { hashes } = await look(evidence);
  const prints = pictureFingerprint(hashes);
  expect(prints).toHaveLength(Math.ceil(film.durationS));
  if (prints.length >= 3) expect(picturesAlike(hashes, prints)).toBeGreaterThan(SAME_PICTURES);
  return Object.fromEntries(results.map((one) => [one.check, one.outcome])) as Record<CheckId, string>;
}

/** The light of a screen that turns red, on all that is near to it. */
const redFlash: Change = (picture, timeS) => {
  const lit = timeS >= 2.1 && timeS < 3.3;
  const next = random(Math.round(timeS * 100));
  const gain = lit ? 1.025 : 1;
  const trembling = 1 + 0.002 * (next() - 0.5);
  const rgba = picture.rgba.map((value, i) => (i % 4 === 0 ? value * gain : value) * trembling);
  return grain({ ...picture, rgba }, timeS);
};

test('a drawn person who holds still is one face and the same, does not live, and answers only as lit', async () => {
  const person = await drawnPerson();
  const held = await judged(stillFilm(person, 5, heldStill), stillFilm(person, 0.1), [FLASH, TURN]);
  expect(held).toMatchObject({
    'one-face': 'passed',
    liveness: 'failed',
    'head-turns': 'failed',
    'same-face': 'passed',
  });
  // In five seconds it cannot be told how much the light wanders by itself.
  expect(held.flash).toBe('unsure');
  expect(held.blinks).not.toBe('passed');
  const lit = await judged(stillFilm(person, 12, redFlash), stillFilm(person, 0.1), [FLASH]);
  expect(lit.flash).toBe('passed');
});

/** A picture as a film of one frame. */
const still = (picture: Picture) => stillFilm(picture, 0.1);
const withAlpha = (picture: Picture, alpha: (x: number, y: number) => number): Picture => ({
  ...picture,
  rgba: picture.rgba.map((value, i) =>
    i % 4 === 3 ? alpha(((i - 3) / 4) % picture.widthPx, Math.floor((i - 3) / 4 / picture.widthPx)) : value,
  ),
});
const grey = ({ widthPx, heightPx }: Picture): Picture => ({
  ...{ widthPx, heightPx },
  rgba: new Uint8ClampedArray(4 * widthPx * heightPx)
    .fill(120)
    .map((value, i) => (i % 4 === 3 ? 255 : value)),
});

test('what is drawn of a photo is looked at as it is drawn: a face under glass that nobody sees does not count', async () => {
  const person = await drawnPerson();
  const cutOut = withAlpha(person, (x) => (x > 20 && x < 236 ? 255 : 0));
  const film = stillFilm(person, 3, heldStill);
  const own = await judged(film, still(person), [], { person: still(cutOut), plate: still(grey(person)) });
  expect(own['same-face']).toBe('passed');
  const hidden = await judged(film, still(person), [], {
    person: still(withAlpha(person, () => 0)),
    plate: still(grey(person)),
  });
  expect(hidden['same-face']).toBe('unsure');
});

test('an empty room has no face', async () => {
  const room: Picture = { widthPx: 320, heightPx: 240, rgba: new Uint8ClampedArray(320 * 240 * 4).fill(120) };
  const empty = await judged(stillFilm(room, 1), stillFilm(room, 0.1), [FLASH, TURN]);
  expect(empty).toMatchObject({ 'one-face': 'failed', 'same-face': 'failed', liveness: 'unsure' });
});

const there = existsSync(MEDIA);
if (!there) console.log(`${MEDIA} is not here: people are not looked at.`);

describe.skipIf(!there)('of people', () => {
  const person = (id: string) => {
    const found = PEOPLE.find((one) => one.id === id);
    if (!found) throw new Error(`There is no ${id}.`);
    return found;
  };
  const man = person('GRID man 1');

  test('one who speaks is one living face, and himself in another film', async () => {
    const seen = await judged(filmOf(man), filmOf(person('GRID man 1 again')), []);
    expect(seen).toMatchObject({ 'one-face': 'passed', 'same-face': 'passed' });
    // He hardly turns his head in three seconds: a person has to look.
    expect(seen.liveness).toBe('unsure');
  });

  test('one who turns his head, with depth, lives', async () => {
    const walker = { ...person('standing man'), seconds: 4 };
    expect((await judged(filmOf(walker), filmOf({ ...walker, seconds: 0.5 }), [])).liveness).toBe('passed');
  });

  test('one filmed from a screen is no living face, and another one is another', async () => {
    const seen = await judged(filmOf({ ...man, seconds: 2 }, replayed(1.7)), filmOf(person('GRID 2')), []);
    expect(seen).toMatchObject({ liveness: 'failed', 'same-face': 'failed' });
  });

  test('a photo that is one’s own, and of which another picture is drawn, is refused', async () => {
    const mine = await frameOf(join(MEDIA, 'speaking', 'pwij3p.mpg'), 1);
    const other = await frameOf(join(MEDIA, 'speaking', 'lbax4n.mpg'), 1);
    const seen = async (person: Picture, plate: Picture) =>
      (
        await judged(filmOf({ ...man, seconds: 1 }), still(mine), [], {
          person: still(person),
          plate: still(plate),
        })
      )['same-face'];
    expect(await seen(mine, grey(mine))).toBe('passed');
    expect(await seen(other, grey(mine))).toBe('failed');
    // The cut-out is one's own and glass; what is seen through it is another.
    expect(
      await seen(
        withAlpha(mine, () => 0),
        other,
      ),
    ).toBe('failed');
    // Someone behind the person may be a passer-by.
    expect(await seen(mine, other)).toBe('unsure');
  });

  test('a presenter’s film that shows another too, beside them or after them, is left to a person', async () => {
    const paths = ['pwij3p', 'lbax4n'].map((file) => join(MEDIA, 'speaking', `${file}.mpg`));
    const of = async (graph: string, seconds: number) => {
      const source = filteredFilm(paths, graph, seconds);
      return (
        await judged(
          filmOf(man),
          pictureFilm(() => source.frames(), 25, seconds),
          [],
        )
      )['same-face'];
    };
    expect(await of('[0:v][1:v]hstack', 2)).toBe('unsure');
    // Five seconds of him and one of the other: a mean over all of them would be his.
    expect(await of('[0:v]loop=50:25,trim=duration=5[a];[1:v]trim=duration=1[b];[a][b]concat', 6)).toBe(
      'unsure',
    );
  });

  test('two are not one, and neither is one who gives way to another', async () => {
    const paths = ['pwij3p', 'lbax4n'].map((file) => join(MEDIA, 'speaking', `${file}.mpg`));
    const two = filteredFilm(paths, '[0:v][1:v]hstack', 3);
    const both = await judged(
      pictureFilm(() => two.frames(), 25, 3),
      filmOf(man),
      [],
    );
    expect(both['one-face']).toBe('failed');
    const swapped = filteredFilm(paths, '[0:v][1:v]concat', 6);
    const one = await judged(
      pictureFilm(() => swapped.frames(), 25, 6),
      filmOf(man),
      [],
    );
    expect(one['one-face']).toBe('failed');
  });
});
