/** The same promise as tests/core/document, for a hundred thousand hostile documents and ten thousand hostile files. */
import { fuzzOratorFiles } from '../server/orator-file-fuzz.ts';
import { fuzzProjects } from '../core/document/project-fuzz.ts';

export const name = 'hostile projects and files';

export async function run(): Promise<void> {
  const documents = 100_000;
  const accepted = fuzzProjects(documents, 1_000_000);
  console.log(`${documents} documents: ${accepted} came out valid, the rest were refused with a sentence`);
  const files = 10_000;
  const opened = await fuzzOratorFiles(files, 1_000_000);
  console.log(`${files} files: ${opened} opened whole, the rest were refused with a sentence`);
}
