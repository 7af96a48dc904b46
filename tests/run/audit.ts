/**
 * What is known of the packages that are shipped: `npm audit` over production dependencies. A high or critical finding fails
 * the check. Where the registry cannot be asked (no network, or one that has no such service), nothing is known, and that is
 * said in a sentence: it is no pass of the packages, only of the check.
 */
import { run } from './process.ts';

export type Audit =
  | { readonly kind: 'clear'; readonly sentence: string }
  | { readonly kind: 'unknown'; readonly sentence: string }
  | { readonly kind: 'bad'; readonly sentence: string };

const PATIENCE_MS = 45_000;

export async function auditPackages(): Promise<Audit> {
  const args = ['audit', '--omit=dev', '--json', '--audit-level=high', '--fetch-retries=0'];
  const answer = await Promise.race([
    run('npm', [...args, `--fetch-timeout=${PATIENCE_MS / 3}`]),
    new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS).unref()),
  ]);
  return answer === null
    ? { kind: 'unknown', sentence: 'The registry did not answer in time: nothing is known of the packages.' }
    : readAudit(answer.output);
}

/** @param output what npm printed, with whatever it wrote around its JSON */
export function readAudit(output: string): Audit {
  const told = jsonIn(output);
  const counts = field(field(told, 'metadata'), 'vulnerabilities');
  if (counts === null) {
    const message = field(told, 'message');
    const why = typeof message === 'string' ? message.split(' - ')[0] : 'no answer that can be read';
    return {
      kind: 'unknown',
      sentence: `The registry was not to be asked (${why}): nothing is known of the packages.`,
    };
  }
  const [high, critical] = ['high', 'critical'].map((level) => Number(field(counts, level) ?? 0));
  if (!high && !critical)
    return { kind: 'clear', sentence: 'No shipped package has a high or critical finding.' };
  const found = field(told, 'vulnerabilities');
  const named = Object.entries(typeof found === 'object' && found !== null ? found : {})
    .filter(([, finding]) => ['high', 'critical'].includes(String(field(finding, 'severity'))))
    .map(([name]) => name);
  return {
    kind: 'bad',
    sentence: `${critical ?? 0} critical and ${high ?? 0} high findings in what is shipped: ${named.join(', ')}.`,
  };
}

function jsonIn(output: string): unknown {
  const [from, until] = [output.indexOf('{'), output.lastIndexOf('}')];
  try {
    return JSON.parse(output.slice(from, until + 1));
  } catch {
    return null;
  }
}

function field(of: unknown, name: string): unknown {
  return of !== null && typeof of === 'object' ? ((Reflect.get(of, name) as unknown) ?? null) : null;
}
