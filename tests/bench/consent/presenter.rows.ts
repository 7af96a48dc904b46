/**
 * One face in the presenter's film: how often a film of one person is left to a reviewer, and how often one passes that
 * shows another beside them for a part of the time. Every ordered pair of the people of ../shared/media, what was seen of the
 * one followed by what was seen of the other: the looks are joined, not the films.
 */
import type { FilmLook } from '#server/services/consent/checks/pictures/look.ts';
import { judgeSameFace } from '#server/services/consent/checks/pictures/same-face.ts';
import {
  lookAtPresenter,
  type PresenterLook,
} from '#server/services/consent/checks/pictures/presenter-look.ts';
import type { Row } from '../row.ts';
import { allLooks, benchEyes } from './eyes.ts';
import { filmOf, mediaThere } from './films.ts';
import { rateRow } from './rates.ts';

interface Seen {
  readonly id: string;
  /** What is seen of them as they consent. */
  readonly consented: FilmLook['embeddings'];
  readonly seen: PresenterLook;
}

/** How much of the film the other person has. */
const SHARES = [0.5, 0.25, 0.1] as const;
const sameMan = (a: string, b: string) => a.replace(' again', '') === b.replace(' again', '');

export async function rows(): Promise<readonly Row[]> {
  if (!mediaThere) return [];
  const eyes = await benchEyes();
  const people: Seen[] = [];
  for (const { person, look } of await allLooks()) {
    const [seen] = await lookAtPresenter(eyes, { presenter: filmOf(person), drawn: null }, () => 0.5);
    if (seen) people.push({ id: person.id, consented: look.embeddings, seen });
  }
  const outcome = (consented: Seen['consented'], seen: PresenterLook) =>
    judgeSameFace(consented, [seen]).outcome;
  const own = people.map(({ consented, seen }) => outcome(consented, seen));
  const all = [
    rateRow(
      'presenter’s film, one person: not passed',
      own.filter((one) => one !== 'passed').length,
      own.length,
      `${people.reduce((sum, { seen }) => sum + seen.look.frames.length, 0)} looks; the consent is the same film`,
    ),
  ];
  for (const share of SHARES) {
    const joined = people.flatMap((one) =>
      people
        .filter((other) => !sameMan(one.id, other.id))
        .map((other) => outcome(one.consented, followedBy(one.seen, other.seen, share))),
    );
    all.push(
      rateRow(
        `presenter’s film, another person for ${100 * share} %: passed`,
        joined.filter((one) => one === 'passed').length,
        joined.length,
        `${joined.filter((one) => one === 'failed').length} refused, the rest left to a person`,
      ),
    );
  }
  return all;
}

/** As long as the first; at least one look is the other's. */
function followedBy(one: PresenterLook, other: PresenterLook, share: number): PresenterLook {
  const joined = <T>(a: readonly T[], b: readonly T[]): readonly T[] => {
    const theirs = Math.max(1, Math.round(a.length * share));
    return [
      ...a.slice(0, a.length - theirs),
      ...Array.from({ length: theirs }, (_, i) => b[i % b.length] as T),
    ];
  };
  return {
    ...one,
    look: {
      frames: joined(one.look.frames, other.look.frames),
      embeddings: joined(one.look.embeddings, other.look.embeddings),
    },
  };
}
