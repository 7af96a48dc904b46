/**
 * Format, lint, one type check for each realm, and what is known of the packages: all that can be said of the source without
 * running it.
 */
import { auditPackages } from './audit.ts';
import { NOTHING, sum, type Tally } from './tally.ts';
import { run } from './process.ts';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Every file is checked with the types of its own realm by the linter, which has them at hand. That leaves what crosses: what
 * is written for several hosts is read once more with the types of those that have fewest; and what the linter leaves out.
 */
const REALMS = ['src/service-worker.tsconfig.json', 'tests/configs.tsconfig.json', 'workers', 'server'];

const CHECKS: readonly Check[] = [
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: 'eslint', args: ['.', '--max-warnings', '0'] },
  {
    name: 'types, and lint with them',
    command: 'oxlint',
    args: ['--type-aware', '--type-check', '--deny-warnings', '.'],
  },
  { name: 'svelte', command: 'svelte-check', args: ['--tsconfig', 'tsconfig.json', '--fail-on-warnings'] },
  ...REALMS.map((realm) => ({ name: `types of ${realm}`, command: 'tsc', args: ['-p', realm] })),
];
const BOUNDARIES: Check = {
  name: 'boundaries',
  command: 'vitest',
  args: ['run', '--project', 'server', 'tests/server/boundaries.test.ts'],
};

/** Two at a time: the longest are first in the list. */
const AT_ONCE = 2;

/** @param boundaries also the boundaries test, when the tests it belongs to are not run anyway */
export async function runChecks({ boundaries }: { readonly boundaries: boolean }): Promise<Tally> {
  // Kit writes the types that everything else reads.
  const sync = await run('svelte-kit', ['sync']);
  if (sync.code !== 0) console.log(sync.output);
  const waiting = [...CHECKS, ...(boundaries ? [BOUNDARIES] : [])];
  // Mostly waiting for the registry.
  const audited = runAudit();
  let tally = NOTHING;
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runCheck(check);
      tally = sum(tally, result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return sum(tally, await audited);
}

async function runCheck({ name, command, args }: Check): Promise<Tally> {
  const startedMs = performance.now();
  const { code, output } = await run(command, args);
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${tookS} s)`);
  if (code === 0) return { ...NOTHING, passed: 1 };
  console.log(output.trimEnd().split('\n').slice(-60).join('\n'));
  return { ...NOTHING, failed: 1, failures: [name] };
}

async function runAudit(): Promise<Tally> {
  const { kind, sentence } = await auditPackages();
  console.log(`${kind === 'bad' ? '✗' : '✓'} audit of packages: ${sentence}`);
  return kind === 'bad'
    ? { ...NOTHING, failed: 1, failures: [`audit: ${sentence}`] }
    : { ...NOTHING, passed: 1 };
}
