/** Ten thousand damaged wishes for films, some of those that are taken made by the real process. */
import { fuzzRenders } from '../server/harness/renders/fuzz.ts';

export const name = 'damaged wishes for films';

export async function run(): Promise<void> {
  const { refused, taken, made } = await fuzzRenders(10_000, 60, 1_000_000);
  console.log(`  ${refused} refused with a sentence, ${taken} taken; of those made: ${JSON.stringify(made)}`);
}
