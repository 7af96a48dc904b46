/**
 * Hostile documents, made by seeded mutation of a good one. Whatever comes in, the reader either refuses with a coded
 * sentence or gives a project that is valid, survives a second round trip unchanged, and has touched no prototype.
 */
import { AppError } from '#core/base/errors.ts';
import { seededRandom } from '#core/base/hashing.ts';
import { validateProject } from '#core/document/validate.ts';
import { encodeProject, parseProject } from '#shared/project-codec.ts';
import { everythingProject } from './samples.ts';

type Container = Record<string, unknown> | unknown[];

const REFUSALS = new Set(['invalid-input', 'corrupt-file', 'newer-version']);

const HOSTILE: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => 0.1 + 0.2,
  () => '',
  () => 'x'.repeat(700),
  () => '\u0000\uD800<script>',
  () => '__proto__',
  () => [],
  () => ({}),
  () => ({ kind: 'color', color: 'red' }),
  () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  () => JSON.parse('{"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => Array.from({ length: 600 }, () => ({})),
  () => nested(40),
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** @throws Error naming the seed of the first round that breaks the promise. @returns how many were accepted */
export function fuzzProjects(rounds: number, firstSeed = 1): number {
  const good = encodeProject(everythingProject());
  let accepted = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = seededRandom(seed);
    const text = random() < 0.15 ? mangled(good, random) : mutated(good, random);
    try {
      if (holds(text)) accepted += 1;
    } catch (cause) {
      throw new Error(`the document of seed ${seed} broke the reader`, { cause });
    }
  }
  return accepted;
}

function holds(text: string): boolean {
  let project;
  try {
    project = parseProject(text).project;
  } catch (error) {
    if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
    if (!/[.!?]$/.test(error.message)) throw new Error('that is not a sentence', { cause: error });
    if (error.message.length > 400) throw new Error('nobody would read that refusal', { cause: error });
    return false;
  }
  if ('polluted' in {}) throw new Error('a prototype was reached');
  const problems = validateProject(project);
  if (problems.length > 0) throw new Error(`accepted, yet ${problems[0]?.message}`);
  const once = encodeProject(project);
  const again = parseProject(once);
  if (again.notes.length > 0 || encodeProject(again.project) !== once) throw new Error('not stable');
  return true;
}

/** Text that is cut, or has a few characters replaced. */
function mangled(text: string, random: () => number): string {
  if (random() < 0.5) return text.slice(0, Math.floor(random() * text.length));
  const characters = [...text];
  for (let i = 0; i < 3; i++)
    characters[Math.floor(random() * characters.length)] = String.fromCharCode(
      32 + Math.floor(random() * 95),
    );
  return characters.join('');
}

/** One to four places deleted, replaced, doubled or swapped. */
function mutated(text: string, random: () => number): string {
  const root = JSON.parse(text) as Container;
  const count = 1 + Math.floor(random() * 4);
  for (let i = 0; i < count; i++) {
    const places = containersIn(root);
    const place = pick(places, random);
    const keys = Object.keys(place);
    const key = keys.length === 0 ? 'extra' : pick(keys, random);
    const kind = random();
    if (kind < 0.1) remove(place, key);
    else if (kind < 0.35) set(place, key, pick(HOSTILE, random)());
    else if (kind < 0.45) set(place, key, JSON.parse(JSON.stringify(pick(places, random))));
    else if (kind < 0.65) double(pick(places.filter(Array.isArray), random));
    else scale(place, random);
  }
  return JSON.stringify(root);
}

/** Once more what is in it, as a copy: the same ids twice. */
function double(list: unknown[]): void {
  list.push(...(JSON.parse(JSON.stringify(list.slice(0, 20))) as unknown[]));
}

/** One of its numbers, up to a hundred thousand times as large, or negative. */
function scale(place: Container, random: () => number): void {
  const numbers = Object.entries(place).filter((entry) => typeof entry[1] === 'number');
  if (numbers.length === 0) return;
  const [key, value] = pick(numbers, random);
  set(place, key, Number(value) * (random() - 0.3) * 10 ** Math.floor(random() * 6));
}

function containersIn(root: Container): Container[] {
  const found: Container[] = [root];
  for (let i = 0; i < found.length && found.length < 3000; i++)
    for (const member of Object.values(found[i] as Container))
      if (typeof member === 'object' && member !== null) found.push(member as Container);
  return found;
}

function set(place: Container, key: string, value: unknown): void {
  (place as Record<string, unknown>)[key] = value;
}
function remove(place: Container, key: string): void {
  if (Array.isArray(place)) place.splice(Number(key), 1);
  else Reflect.deleteProperty(place, key);
}
function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
