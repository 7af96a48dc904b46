/**
 * Wishes for films that were damaged at random: wrong kinds, numbers far out, names that are none, things left out, nested
 * or repeated. Each is refused with a coded sentence or taken; of those that are taken some are made by the real process,
 * and end in a film or in a sentence. Neither the server nor the worker may break.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { openTrust } from '../trust.ts';
import { filmOf, OUTPUT, type ShownRender } from './films.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Fuzzed {
  readonly refused: number;
  readonly taken: number;
  /** How those ended that were made. */
  readonly made: Readonly<Record<string, number>>;
}

const REFUSALS = ['invalid-input', 'corrupt-file', 'newer-version', 'refused', 'conflict', 'too-large'];

/** @throws Error naming the seed of the first wish that breaks the promise */
export async function fuzzRenders(rounds: number, makeOneIn: number, firstSeed = 1): Promise<Fuzzed> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-render-fuzz-'));
  const trust = await openTrust({
    env: {
      ORATOR_DATA: folder,
      REQUESTS_PER_MINUTE: '100000',
      VERDICTS_PER_DAY: '1000000',
      RENDERS_QUEUED: '1000000',
    },
    render: { openProcess: renderProcesses({ kind: 'disk', folder: join(folder, 'files') }) },
  });
  const made: Record<string, number> = {};
  let [refused, taken] = [0, 0];
  try {
    const maker = await trust.person();
    const good = {
      project: filmOf(['Hello.', 'And so on.']),
      grade: 'final',
      output: OUTPUT,
    } as unknown as Json;
    for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
      const wish = damaged(good, seededRandom(seed));
      const answer = await trust.ask<ShownRender & { code?: string; message?: string }>(
        maker,
        'POST',
        '/api/renders',
        wish,
      );
      const told = `the wish of seed ${seed}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
      if (answer.status !== 201) {
        const { code = '', message = '' } = answer.body;
        if (!REFUSALS.includes(code) || !/^[A-Z].+[.!?]/.test(message)) throw new Error(told);
        refused++;
        continue;
      }
      taken++;
      const { id } = answer.body;
      if (taken % makeOneIn === 1 % makeOneIn) {
        const end = await ended(() => trust.ask<ShownRender>(maker, 'GET', `/api/renders/${id}`));
        if (end.state !== 'done' && !/[.!?]$/.test(end.error?.message ?? ''))
          throw new Error(`${told} → ${JSON.stringify(end)}`);
        const how = end.error ? `${end.state}: ${end.error.code}` : end.state;
        made[how] = (made[how] ?? 0) + 1;
      } else await trust.ask(maker, 'POST', `/api/renders/${id}/cancel`);
    }
    return { refused, taken, made };
  } finally {
    await trust.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function ended(look: () => Promise<{ readonly body: ShownRender }>): Promise<ShownRender> {
  for (;;) {
    const { body } = await look();
    if (['done', 'failed', 'cancelled', 'stopped'].includes(body.state)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const STRANGE: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -0.5,
  2 ** 53,
  '',
  'a'.repeat(5000),
  '\u0000',
  '../../etc/passwd',
  '__proto__',
  'e'.repeat(64),
  [],
  {},
  [[[[]]]],
  { kind: 'text' },
  '#zzzzzz',
  '😀',
  'NaN',
  -1e-300,
  4096.5,
];

function damaged(good: Json, random: () => number): Json {
  const wish = structuredClone(good);
  const times = 1 + Math.floor(random() * 4);
  for (let i = 0; i < times; i++) damageOnce(wish, random);
  return wish;
}

function damageOnce(root: Json, random: () => number): void {
  let at = root;
  for (let depth = 0; depth < 12; depth++) {
    if (at === null || typeof at !== 'object') return;
    const names = Object.keys(at);
    if (names.length === 0) return;
    const name = names[Math.floor(random() * names.length)] as string;
    const holder = at as Record<string, Json>;
    const inner = holder[name] as Json;
    if (inner !== null && typeof inner === 'object' && random() < 0.8) {
      at = inner;
      continue;
    }
    const kind = random();
    if (kind < 0.2) Reflect.deleteProperty(holder, name);
    else if (kind < 0.3) holder[name] = [inner, inner];
    else if (kind < 0.4) holder[`${name}x`] = inner;
    else holder[name] = STRANGE[Math.floor(random() * STRANGE.length)] as Json;
    return;
  }
}
