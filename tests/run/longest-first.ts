/**
 * The longest files are begun first, so that no lane is left alone with one at the end. Vitest knows how long a file took
 * only where it ran before; on a fresh clone it would go by the size of the file, which says nothing.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, and those that take the longest of the others. */
const LONG = [
  'e2e/consent',
  'e2e/presenter-media',
  'e2e/presenter-twin',
  'e2e/cloud-orders',
  'e2e/cli-presenter',
  'e2e/recording-trouble',
  'e2e/presenter',
  'e2e/recording',
  'e2e/cloud',
  'e2e/nobodys',
  'e2e/moderation',
  'e2e/graphics',
  'e2e/interrupted',
  'e2e/first-film',
  'e2e/microphone',
  'e2e/presenter-anew',
  'e2e/offline',
  'e2e/cli',
  'e2e/without-network',
  'e2e/trouble',
  'e2e/keyboard',
  'browser/fit-worker',
  'server/render-queue',
  'server/render-leftovers',
  'server/track-footage',
  'server/log-audit',
  'server/server-kill',
  'server/render-kill',
  'server/consent/picture-checks',
  'server/recording',
  'server/render-trouble',
  'server/account-life',
  'server/cli',
  'server/uploads',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`tests/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    const usual = await super.sort(files);
    return usual
      .map((file, i) => ({ file, i }))
      .sort((a, b) => place(a.file) - place(b.file) || a.i - b.i)
      .map(({ file }) => file);
  }
}
