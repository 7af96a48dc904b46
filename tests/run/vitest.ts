/** Runs Vitest projects and counts what came of them, including what failed before it was a test. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, STATE } from '#server/setup/place.js';
import { run } from './process.ts';
import { NOTHING, type Tally } from './tally.ts';

const LINES_OF_A_MESSAGE = 6;

/** The part of Vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export async function runVitest(name: string, projects: readonly string[]): Promise<Tally> {
  const folder = join(STATE, 'test');
  const file = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const args = [
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const { code } = await run('vitest', [...args, ...projects.flatMap((project) => ['--project', project])], {
    aloud: true,
  });
  return count(readReport(file), code);
}

function readReport(file: string): Report | null {
  try {
    // Vitest's own file, written a moment ago.
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

/** A file that did not load, or a run that ended badly with every test passed, is a failure too. */
export function count(report: Report | null, exitCode: number | null): Tally {
  if (!report) return { ...NOTHING, failed: 1, failures: ['Vitest wrote no report'] };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  const badEnd = failed === 0 && exitCode !== 0;
  const told = (status: string) =>
    report.testResults.flatMap((file) =>
      file.assertionResults
        .filter((test) => test.status === status && (status === 'failed' || test.failureMessages?.length))
        .map((test) => tell(file.name, test.fullName, test.failureMessages?.[0] ?? '')),
    );
  return {
    passed: report.numPassedTests,
    failed: badEnd ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...told('failed'),
      ...broken.map((file) => tell(file.name, '(the file itself)', file.message)),
      ...(badEnd ? [`every test passed, and Vitest ended with ${exitCode}`] : []),
    ],
    // Errors of a test that passed are those of its first try.
    unsteady: told('passed'),
  };
}

function tell(file: string, test: string, message: string): string {
  const why = message.split('\n').slice(0, LINES_OF_A_MESSAGE).join('\n    ');
  return `${relative(ROOT, file)}: ${test}\n    ${why}`;
}
