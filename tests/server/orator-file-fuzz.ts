/**
 * Damaged `.orator` files, made by seeded mutation of a good one. Each is either refused with a coded sentence, or
 * opens with every medium under its true hash and nothing in the project that is not there.
 */
import { AppError } from '#core/base/errors.ts';
import { seededRandom, sha256Hex } from '#core/base/hashing.ts';
import { validateProject } from '#core/document/validate.ts';
import { readOratorFile, writeOratorFile } from '#shared/orator-file.ts';
import { mediaProject } from './orator-file-samples.ts';

const REFUSALS = new Set(['invalid-input', 'corrupt-file', 'newer-version']);

/** @throws Error naming the seed of the first round that breaks the promise. @returns how many opened */
export async function fuzzOratorFiles(rounds: number, firstSeed = 1): Promise<number> {
  const { project, media } = await mediaProject();
  const file = await writeOratorFile(project, (hash) => Promise.resolve(media.get(hash) ?? null));
  const good = new Uint8Array(await file.arrayBuffer());
  let opened = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++)
    try {
      if (await holds(damaged(good, seededRandom(seed)))) opened += 1;
    } catch (cause) {
      throw new Error(`the file of seed ${seed} broke the reader`, { cause });
    }
  return opened;
}

async function holds(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  let file;
  try {
    file = await readOratorFile(bytes);
  } catch (error) {
    if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
    if (!/[.!?]$/.test(error.message)) throw new Error('that is not a sentence', { cause: error });
    return false;
  }
  for (const [hash, content] of file.media)
    if ((await sha256Hex(content)) !== hash) throw new Error('a medium under a hash that is not its own');
  const problems = validateProject(file.project, { media: new Set(file.media.keys()) });
  if (problems.length > 0) throw new Error(`opened, yet ${problems[0]?.message}`);
  return true;
}

function damaged(good: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const bytes = good.slice();
  const kind = random();
  if (kind < 0.2) return bytes.slice(0, Math.floor(random() * bytes.length));
  if (kind < 0.3) return bytes.slice(Math.floor(random() * bytes.length));
  const flips = kind < 0.6 ? 1 : 1 + Math.floor(random() * 200);
  // Half of the damage goes to the directory at the end, where a few bytes decide most.
  const from = random() < 0.5 ? Math.max(0, bytes.length - 400) : 0;
  for (let i = 0; i < flips; i++)
    bytes[from + Math.floor(random() * (bytes.length - from))] = Math.floor(random() * 256);
  return bytes;
}
