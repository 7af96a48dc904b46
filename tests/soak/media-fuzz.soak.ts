/** Hundreds of films of damaged media, made by the real process. */
import { fuzzMedia } from '../server/harness/renders/media-fuzz.ts';

export const name = 'films of damaged media';

export async function run(): Promise<void> {
  const { ends } = await fuzzMedia(2000, 40, 1_000_000);
  console.log(`  how they ended: ${JSON.stringify(ends)}`);
}
