/**
 * The match of faces: pairs of people who are not the same, and of people who are. Strangers are the people of
 * ../shared/media and, where `training/identity/run.sh faces` has unpacked them, portraits that come with an npm package.
 * Recordings of one person on different days are what a consent is about, and there are next to none here.
 */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { findFaces } from '#core/track/faces.ts';
import type { Picture } from '#core/track/ports.ts';
import {
  faceLikeness,
  faceTemplate,
  IDENTITY_MODELS,
  cosine,
  type Embedding,
  type WeighedEmbedding,
} from '#server/services/consent/checks/pictures/identity.ts';
import { SAME, STRANGER } from '#server/services/consent/checks/pictures/same-face.ts';
import { ROOT } from '#server/setup/place.js';
import type { Row } from '../row.ts';
import { benchEyes, allLooks } from './eyes.ts';
import { MEDIA, mediaThere } from './films.ts';
import { rateRow } from './rates.ts';

const FACES = process.env['ORATOR_FACES'] ?? join(ROOT, 'training/identity/build/faces');
const PORTRAITS = ['portraits/painted-adult.png', 'portraits/synthetic-full-body.png'];
const LONGEST_PX = 800;

interface Known {
  readonly id: string;
  readonly embedding: Embedding;
}

export async function pictureOf(path: string): Promise<Picture> {
  const image = await loadImage(path);
  const scale = Math.min(1, LONGEST_PX / Math.max(image.width, image.height));
  const [widthPx, heightPx] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  const context = createCanvas(widthPx, heightPx).getContext('2d');
  context.drawImage(image, 0, 0, widthPx, heightPx);
  return { widthPx, heightPx, rgba: context.getImageData(0, 0, widthPx, heightPx).data };
}

async function portrait(path: string, id: string): Promise<Known | null> {
  const { tools, identity } = await benchEyes();
  const picture = await pictureOf(path);
  const [square] = await findFaces(tools, picture);
  const [face] = square ? await tools.mesh(picture, [square]) : [];
  return face ? { id, embedding: await identity.embed(picture, face.points) } : null;
}

export async function rows(): Promise<readonly Row[]> {
  const strangers: Known[] = [];
  const films: { readonly id: string; readonly all: readonly WeighedEmbedding[] }[] = [];
  if (mediaThere) {
    for (const { person, look } of await allLooks()) films.push({ id: person.id, all: look.embeddings });
    for (const { id, all } of films) {
      const template = faceTemplate(all);
      if (template) strangers.push({ id, embedding: template.embedding });
    }
    for (const file of PORTRAITS)
      strangers.push(...[await portrait(join(MEDIA, file), file)].filter((one) => one !== null));
  } else console.log(`  ${MEDIA} is not here: nobody is compared from it.`);
  const pictures = existsSync(FACES) ? globSync('{male,female}/*.jpg', { cwd: FACES }).sort() : [];
  if (pictures.length === 0)
    console.log(`  ${FACES} is not here: run training/identity/run.sh faces for more strangers.`);
  for (const file of pictures)
    strangers.push(...[await portrait(join(FACES, file), file)].filter((one) => one !== null));
  return [...strangerRows(strangers), ...sameRows(films), ...(await namedRows())];
}

/** One man of the footage is there twice. */
const isSame = (a: string, b: string) => a.replace(' again', '') === b.replace(' again', '');

function strangerRows(all: readonly Known[]): readonly Row[] {
  const pairs = all.flatMap((a, i) =>
    all.slice(i + 1).flatMap((b) => (isSame(a.id, b.id) ? [] : [[a, b] as const])),
  );
  const scores = pairs.map(([a, b]) => faceLikeness(a.embedding, b.embedding)).sort((a, b) => b - a);
  const at = (border: number) => scores.filter((score) => score >= border).length;
  const stats = IDENTITY_MODELS.map((id): Row => {
    const cosines = pairs.map(([a, b]) => cosine(a.embedding[id], b.embedding[id]));
    const mean = cosines.reduce((sum, one) => sum + one, 0) / cosines.length;
    const deviation = Math.sqrt(cosines.reduce((sum, one) => sum + (one - mean) ** 2, 0) / cosines.length);
    return {
      what: `strangers’ cosine, ${id}`,
      value: mean,
      unit: '',
      note: `deviation ${deviation.toFixed(4)}, highest ${Math.max(...cosines).toFixed(3)}`,
    };
  });
  // Exceedances of a high border fall off exponentially; their mean says how fast.
  const [share, border] = [0.03, scores[Math.floor(0.03 * scores.length)] as number];
  const over = scores.filter((score) => score > border);
  const slope = over.reduce((sum, score) => sum + score - border, 0) / over.length;
  const about = `${all.length} people, each with each`;
  const women = all.filter(({ id }) => id.startsWith('female/'));
  return [
    rateRow('FMR at the border to pass', at(SAME), scores.length, about),
    rateRow('strangers not refused, and left to a person', at(STRANGER) - at(SAME), scores.length, about),
    {
      what: 'most alike strangers',
      value: scores[0] ?? NaN,
      unit: 'deviations',
      note: `passes from ${SAME}; a match in 10,000 would be expected from ${(border + slope * Math.log(share / 1e-4)).toFixed(2)}, by the slope of the tail: an extrapolation`,
    },
    ...stats,
    ...(women.length > 0
      ? [
          {
            what: 'women of the portraits alone, most alike',
            value: Math.max(
              ...women.flatMap((a, i) =>
                women.slice(i + 1).map((b) => faceLikeness(a.embedding, b.embedding)),
              ),
            ),
            unit: 'deviations',
            note: 'mostly of one origin: an error that is not spread evenly over people',
          },
        ]
      : []),
  ];
}

function sameRows(
  films: readonly { readonly id: string; readonly all: readonly WeighedEmbedding[] }[],
): readonly Row[] {
  const halves = films.flatMap(({ all }) => {
    const middle = all.length >> 1;
    const [first, second] = [faceTemplate(all.slice(0, middle)), faceTemplate(all.slice(middle))];
    return first && second ? [faceLikeness(first.embedding, second.embedding)] : [];
  });
  const one = faceTemplate(films.find(({ id }) => id === 'GRID man 1')?.all ?? []);
  const other = faceTemplate(films.find(({ id }) => id === 'GRID man 1 again')?.all ?? []);
  return [
    rateRow(
      'not matched, halves of one recording',
      halves.filter((score) => score < SAME).length,
      halves.length,
      `least alike ${Math.min(...halves).toFixed(2)}: far easier than two days`,
    ),
    ...(one && other
      ? [
          {
            what: 'one man in two recordings',
            value: faceLikeness(one.embedding, other.embedding),
            unit: 'deviations',
            note: 'one pair',
          },
        ]
      : []),
  ];
}

/** Several pictures of one person, years apart: files named person_number.jpg in FACES/named. */
async function namedRows(): Promise<readonly Row[]> {
  const folder = join(FACES, 'named');
  const files = existsSync(folder) ? globSync('*.jpg', { cwd: folder }).sort() : [];
  const known: Known[] = [];
  for (const file of files)
    known.push(
      ...[await portrait(join(folder, file), file.replace(/_.*/, ''))].filter((one) => one !== null),
    );
  const same = known.flatMap((a, i) =>
    known.slice(i + 1).flatMap((b) => (a.id === b.id ? [faceLikeness(a.embedding, b.embedding)] : [])),
  );
  if (same.length === 0) return [];
  const about = `pairs of single pictures, unlike occasions, people with more than one: ${same.map((score) => score.toFixed(1)).join(', ')}`;
  return [
    rateRow('FNMR at the border to pass', same.filter((score) => score < SAME).length, same.length, about),
    rateRow('refused though the same', same.filter((score) => score < STRANGER).length, same.length, about),
  ];
}
