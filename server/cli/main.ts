/**
 * `orator`: the command line. Finds the subcommand, runs it, and turns whatever it throws into a sentence and an
 * exit code. A new subcommand is one file beside this one and one entry in COMMANDS.
 */
import { readFileSync } from 'node:fs';
import { toAppError } from '#core/base/errors.ts';
import { EXIT, exitCodeOf, UsageError, type Command, type ExitCode, type Io } from './command.ts';
import { presentersCommand, voicesCommand } from './catalogue.ts';
import { adminCommand } from './admin.ts';
import { logCommand } from './log.ts';
import { moderateCommand } from './moderate.ts';
import { motionCommand } from './motion.ts';
import { presenterCommand } from './presenter.ts';
import { receiptCommand } from './receipt.ts';
import { renderCommand } from './render.ts';

export const COMMANDS: readonly Command[] = [
  renderCommand,
  presenterCommand,
  motionCommand,
  moderateCommand,
  presentersCommand,
  voicesCommand,
  receiptCommand,
  logCommand,
  adminCommand,
];

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest
    ? String(manifest.version)
    : '';
}

export function help(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return `Orator makes a presenter video from a script, on this machine.

Usage: orator <command> [options]

Commands:
${COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n')}
  ${'help'.padEnd(width)}  Show this, or with a command's name, its options

Options:
  --version  Print the version
  --help     Show this, or a command's options

Exit codes: ${EXIT.ok} done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.refused} refused by policy, ${EXIT.broken} checked and found wrong, ${EXIT.cancelled} cancelled`;
}

/** Runs one command line. Never throws; the exit code is the whole verdict. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await dispatch(args, io);
    return EXIT.ok;
  } catch (error) {
    const code = exitCodeOf(error);
    if (error instanceof UsageError) io.say(`orator: ${error.message}`);
    else {
      const appError = toAppError(error);
      io.say([`orator: ${appError.message}`, appError.way].filter(Boolean).join(' '));
      if (process.env['ORATOR_DEBUG']) io.say(String(appError.stack));
      if (process.env['ORATOR_DEBUG'] && appError.cause !== undefined) io.say(String(appError.cause));
    }
    return code;
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<void> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-v' || first === 'version') return io.print(version());
  if (first === undefined) throw new UsageError(`which command?\n\n${help()}`);
  if (first === '--help' || first === '-h') return io.print(help());
  if (first === 'help') return io.print(rest[0] === undefined ? help() : find(rest[0]).usage);
  const command = find(first);
  if (rest.includes('--help') || rest.includes('-h')) return io.print(command.usage);
  await command.run(rest, io);
}

function find(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`there is no command “${name}”. \`orator help\` lists them.`);
  return command;
}

function processIo(): Io {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      // The second time is meant: end at once.
      if (stop.signal.aborted) process.exit(EXIT.cancelled);
      stop.abort();
    });
  // Killed outright, the shim cannot pass anything on: its going is a hang-up.
  const shim = Number(process.env['ORATOR_SHIM']);
  if (shim > 0) setInterval(() => process.ppid !== shim && stop.abort(), 1000).unref();
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    status: {
      isTTY: process.stderr.isTTY,
      get columns() {
        return process.stderr.columns ?? 80;
      },
      write: (text) => void process.stderr.write(text),
    },
    signal: stop.signal,
  };
}

if (import.meta.main) process.exit(await runCli(process.argv.slice(2), processIo()));
