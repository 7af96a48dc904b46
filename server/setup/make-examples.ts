/**
 * `npm run examples`: writes `static/examples/*.orator` and the list of them that the app shows. The files are kept in
 * the repository; run this after changing one of the scripts beside it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOratorFile } from '#shared/orator-file.ts';
import { lesson } from './examples/lesson.ts';
import type { Example } from './examples/parts.ts';
import { dawnPicture, fernwayLogo } from './examples/pictures.ts';
import { productUpdate } from './examples/product-update.ts';
import { welcome } from './examples/welcome.ts';
import { ROOT } from './place.js';

/** In the order the app shows them. */
export async function allExamples(): Promise<readonly Example[]> {
  return [welcome, lesson, productUpdate(await dawnPicture(), await fernwayLogo())];
}

export async function exampleBytes({ project, pictures }: Example): Promise<Uint8Array<ArrayBuffer>> {
  const file = await writeOratorFile(project, (hash) =>
    Promise.resolve(pictures.find((picture) => picture.entry.hash === hash)?.bytes ?? null),
  );
  return new Uint8Array(await file.arrayBuffer());
}

if (import.meta.main) {
  const folder = join(ROOT, 'static', 'examples');
  mkdirSync(folder, { recursive: true });
  const list = [];
  for (const example of await allExamples()) {
    const file = `${example.id}.orator`;
    const bytes = await exampleBytes(example);
    writeFileSync(join(folder, file), bytes);
    console.log(`${file}  ${(bytes.length / 1000).toFixed(0)} kB`);
    list.push({ file, name: example.project.name, about: example.about });
  }
  writeFileSync(join(folder, 'index.json'), `${JSON.stringify(list, null, 2)}\n`);
}
