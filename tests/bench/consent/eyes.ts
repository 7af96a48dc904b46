/** The networks that the checks of pictures need, opened once for all rows. */
import { join } from 'node:path';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles, SERVER_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { openFaceIdentity } from '#server/services/consent/checks/pictures/identity.ts';
import { lookAt, type Eyes, type FilmLook } from '#server/services/consent/checks/pictures/look.ts';
import { ROOT } from '#server/setup/place.js';
import { filmOf, PEOPLE, type Person } from './films.ts';

let opened: Promise<Eyes> | null = null;

export function benchEyes(): Promise<Eyes> {
  return (opened ??= (async () => {
    const files = diskModelFiles([SERVER_MODELS, join(ROOT, 'static', 'models')]);
    // On a busy machine, two threads wait for each other more than they do.
    const runtime = ortNodeRuntime({ files, threads: 1 });
    return { tools: await openFaceTools(runtime, files), identity: await openFaceIdentity(runtime, files) };
  })());
}

const looks = new Map<string, Promise<FilmLook>>();

/** A person's film as it is, looked at once for all rows. */
export function lookOf(person: Person): Promise<FilmLook> {
  const known = looks.get(person.id) ?? benchEyes().then((eyes) => lookAt(eyes, filmOf(person)));
  looks.set(person.id, known);
  return known;
}

/** In PEOPLE's order. */
export async function allLooks(
  real?: boolean,
): Promise<readonly { readonly person: Person; readonly look: FilmLook }[]> {
  const all = [];
  for (const person of PEOPLE.filter((one) => real === undefined || one.real === real))
    all.push({ person, look: await lookOf(person) });
  return all;
}
