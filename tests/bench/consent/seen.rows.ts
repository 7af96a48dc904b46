/** Knowing a recording again: people's films compressed, cropped and brightened, against films of the same people and others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAt, type FilmLook } from '#server/services/consent/checks/pictures/look.ts';
import {
  OTHER_PICTURES,
  pictureFingerprint,
  picturesAlike,
  SAME_PICTURES,
} from '#server/services/consent/checks/pictures/seen-before.ts';
import type { Row } from '../row.ts';
import { allLooks, benchEyes } from './eyes.ts';
import { filmOf, MEDIA, mediaThere, secondGeneration } from './films.ts';
import { rateRow } from './rates.ts';

export async function rows(): Promise<readonly Row[]> {
  if (!mediaThere) return [];
  const looks = await allLooks();
  const folder = mkdtempSync(join(tmpdir(), 'orator-consent-'));
  const again: { readonly id: string; readonly look: FilmLook }[] = [];
  try {
    for (const { person } of looks) {
      const copy = join(folder, 'copy.mp4');
      // Cut at its beginning by a part of a second, cropped by 3 %, brighter, smaller, and hard compressed.
      const graph = `${person.graph},trim=start=0.23,setpts=PTS-STARTPTS,crop=iw*0.97:ih*0.97,eq=brightness=0.05:contrast=1.1,scale=480:-2`;
      secondGeneration(join(MEDIA, person.file), graph, person.seconds, copy);
      const film = filmOf({ file: copy, graph: '[0:v]null', seconds: person.seconds - 0.3 });
      again.push({ id: person.id, look: await lookAt(await benchEyes(), film) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const same = again.map(({ id, look }) =>
    alike(look, looks.find(({ person }) => person.id === id)?.look as FilmLook),
  );
  const other = looks.flatMap((a, i) => looks.slice(i + 1).map((b) => alike(a.look, b.look)));
  // Halves of one film: the same person at the same place on the same day, and another recording.
  const halves = looks
    .filter(({ look }) => look.durationS >= 8)
    .map(({ look }) => {
      const middleS = look.durationS / 2;
      const late = look.hashes
        .filter(({ timeS }) => timeS >= middleS)
        .map(({ timeS, hash }) => ({ timeS: timeS - middleS, hash }));
      return picturesAlike(late, pictureFingerprint(look.hashes.filter(({ timeS }) => timeS < middleS)));
    });
  const span = (values: readonly number[]) =>
    `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
  const others = [...other, ...halves];
  return [
    rateRow(
      'not-seen-before (pictures), copies not known again',
      same.filter((value) => value < SAME_PICTURES).length,
      same.length,
      span(same),
    ),
    rateRow(
      'not-seen-before (pictures), other films taken for copies',
      others.filter((value) => value >= SAME_PICTURES).length,
      others.length,
      `${span(other)}; halves of one film ${halves.map((value) => value.toFixed(2)).join(', ')}`,
    ),
    rateRow(
      'not-seen-before (pictures), other films left to a person',
      others.filter((value) => value >= OTHER_PICTURES && value < SAME_PICTURES).length,
      others.length,
      'most of them of 3 s',
    ),
  ];
}

const alike = (look: FilmLook, earlier: FilmLook) =>
  picturesAlike(look.hashes, pictureFingerprint(earlier.hashes));
