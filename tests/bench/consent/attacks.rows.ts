/**
 * Liveness against what people hold before cameras (modelled, see attacks.ts), and on people: APCER is the share of
 * attacks that pass or are left to a person to find out, told apart; BPCER that of people who are refused. Films of three
 * seconds have no asked turn in them, so that most people are left to a person there: that is counted too.
 */
import { judgeLiveness, livenessSigns } from '#server/services/consent/checks/pictures/liveness.ts';
import { lookAt, type FilmLook } from '#server/services/consent/checks/pictures/look.ts';
import type { EvidenceFilm } from '#server/services/consent/evidence.ts';
import type { Picture } from '#core/track/ports.ts';
import type { Row } from '../row.ts';
import { heldStill, movedAbout, replayed, turnedPrint } from './attacks.ts';
import { allLooks, benchEyes } from './eyes.ts';
import { filmOf, MEDIA, mediaThere, PEOPLE, stillFilm, type Person } from './films.ts';
import { rateRow } from './rates.ts';

const SECONDS = 2;
const ATTACKED = Number(process.env['ORATOR_CONSENT_PEOPLE'] ?? 5);

async function firstPicture(person: Person): Promise<Picture> {
  let first: Picture | null = null;
  for await (const { width, height, rgba } of filmOf({ ...person, seconds: 0.04 }).frames(0))
    first ??= { widthPx: width, heightPx: height, rgba };
  if (!first) throw new Error(`${person.id} has no picture.`);
  return first;
}

export async function rows(): Promise<readonly Row[]> {
  if (!mediaThere) {
    console.log(`  ${MEDIA} is not here: no attack is tried.`);
    return [];
  }
  const eyes = await benchEyes();
  const people = PEOPLE.filter(({ id }) => !id.includes('again')).slice(0, ATTACKED);
  const attacks: readonly (readonly [string, (person: Person, picture: Picture) => EvidenceFilm])[] = [
    ['a photo held still', (_, picture) => stillFilm(picture, SECONDS, heldStill)],
    ['a photo moved about', (_, picture) => stillFilm(picture, SECONDS, movedAbout)],
    ['a print turned', (_, picture) => stillFilm(picture, SECONDS, turnedPrint)],
    ['a replay, coarse screen', (person) => filmOf({ ...person, seconds: SECONDS }, replayed(1.7))],
    [
      'a replay, fine screen and soft lens',
      (person) => filmOf({ ...person, seconds: SECONDS }, replayed(0.9, 1)),
    ],
  ];
  const found: Row[] = [];
  const all: FilmLook[] = [];
  for (const [what, film] of attacks) {
    const looks: FilmLook[] = [];
    for (const person of people) looks.push(await lookAt(eyes, film(person, await firstPicture(person))));
    all.push(...looks);
    const of = outcomes(looks);
    found.push(
      rateRow(`APCER liveness, ${what}: passed`, of.passed, looks.length, 'modelled'),
      rateRow(
        `APCER liveness, ${what}: left to a person`,
        of.unsure,
        looks.length,
        `modelled; ${range(looks)}`,
      ),
    );
  }
  const real = (await allLooks(true)).map(({ look }) => look);
  const of = outcomes(real);
  const turned = real.filter((look) => (livenessSigns(look)?.depth ?? null) !== null);
  return [
    ...found,
    rateRow(
      'BPCER liveness: refused',
      of.failed,
      real.length,
      `people, six films of 3 s, one of 9 s, one of 18 s; ${range(real)}`,
    ),
    rateRow(
      'BPCER liveness: left to a person',
      of.unsure,
      real.length,
      'all but those who turned their heads far enough',
    ),
    rateRow(
      'BPCER liveness, heads that turned: not passed',
      turned.length - outcomes(turned).passed,
      turned.length,
      'turned by themselves and not because they were asked',
    ),
  ];
}

function outcomes(looks: readonly FilmLook[]) {
  const count = (outcome: string) => looks.filter((look) => judgeLiveness(look).outcome === outcome).length;
  return { passed: count('passed'), unsure: count('unsure'), failed: count('failed') };
}

function range(looks: readonly FilmLook[]): string {
  const signs = looks.flatMap((look) => livenessSigns(look) ?? []);
  const span = (values: readonly (number | null)[], digits: number) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0
      ? 'none'
      : `${Math.min(...known).toFixed(digits)} to ${Math.max(...known).toFixed(digits)}`;
  };
  return `mouth ${span(
    signs.map(({ mouth }) => mouth),
    4,
  )}, depth ${span(
    signs.map(({ depth }) => depth),
    3,
  )}, waves ${span(
    signs.map(({ screen }) => screen),
    2,
  )}`;
}
