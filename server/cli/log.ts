/** `orator log audit`: a server's log, fetched whole and computed again, held against what was seen of it before. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import { readKeySet } from '#core/policy/consent/keys.ts';
import { auditLog, type AuditReport, type AuditState } from '#core/policy/log/audit.ts';
import { toHex } from '#core/base/bytes.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { BrokenProof, parseOptions, UsageError, type Command, type Io } from './command.ts';
import { httpLogSource } from './log-source.ts';

const USAGE = `Usage: orator log audit <url> [--state FILE] [--json]

Fetches the whole log of an Orator server, computes its tree again, and checks the signatures of its heads, every entry,
every hash it proves from, and that the log has grown from the heads you kept: nothing before them may have been changed,
dropped, inserted or moved.

  --state FILE   Where the keys and heads that were seen are kept. Made the first time; each audit is held against it,
                 and adds to it when everything holds. Without it, only what the server says of itself now is checked.
  --json         The report as JSON
  -q, --quiet    Say nothing along the way

Exit codes: 0 the log holds, 1 the server did not answer, 2 wrong usage, 4 the log does not hold, 130 cancelled`;

export const logCommand: Command = {
  name: 'log',
  summary: 'Audit the log of an Orator server from outside',
  usage: USAGE,
  run: audit,
};

const OPTIONS = {
  state: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

async function audit(args: readonly string[], io: Io): Promise<void> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [what, url, extra] = positionals;
  if (what !== 'audit')
    throw new UsageError('what about the log? `orator log audit <url>` is what there is.');
  if (url === undefined || !/^https?:\/\/[^/\s]+\/?$/.test(url))
    throw new UsageError('name the server to audit, such as https://trust.example.');
  if (extra !== undefined) throw new UsageError(`one server at a time; “${extra}” is one too many.`);
  const file = values.state === undefined ? null : resolve(values.state);
  const kept = file === null ? null : await readState(file);
  const say = values.quiet ? () => undefined : io.say;
  if (file !== null && kept === null) say(`Nothing is kept in ${file} yet: this audit begins it.`);

  let told = 0;
  const report = await auditLog(httpLogSource(url, io.signal), kept, {
    verify: verifyEd25519,
    signal: io.signal,
    onProgress: (done, total) => {
      if (done < total && done - told < 10_000) return;
      told = done;
      say(`${done} of ${total} entries`);
    },
  });
  io.print(values.json ? JSON.stringify(plain(report)) : sentences(report, kept));
  if (report.findings.length > 0)
    throw new BrokenProof('This log does not hold.', {
      way: 'Keep the state file as it is: it proves what the server said before.',
    });
  if (file !== null && report.state !== null) await writeState(file, report.state);
}

function plain({ findings, head, entries, checked }: AuditReport): object {
  return {
    holds: findings.length === 0,
    findings,
    head: head && { ...head, root: toHex(head.root) },
    entries,
    checked,
  };
}

function sentences({ findings, head, entries, checked }: AuditReport, kept: AuditState | null): string {
  if (findings.length > 0) return findings.map((finding) => `✗ ${finding}`).join('\n');
  const kinds = Object.entries(entries).map(([type, count]) => `  ${String(count).padStart(8)}  ${type}`);
  return [
    `${head?.origin} holds: ${head?.size} entries, head of ${head?.date}`,
    ...kinds,
    `  ${checked.leaves} leaves and ${checked.nodes} nodes computed again, ${checked.proofs} proofs and ${checked.heads} heads checked` +
      (kept ? `, ${kept.heads.length} of them kept from before` : ''),
  ].join('\n');
}

const VERSION = 1;

async function readState(file: string): Promise<AuditState | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new AppError('storage-failed', `${file} could not be read.`, { cause });
  }
  try {
    const it = JSON.parse(text) as Record<string, unknown>;
    const [keys, heads] = [readKeySet(it['keys']), it['heads']];
    if (
      it['version'] === VERSION &&
      keys &&
      Array.isArray(heads) &&
      heads.every((h) => typeof h === 'string')
    )
      return { keys, heads };
  } catch {
    // Told below.
  }
  throw new AppError('corrupt-file', `${file} is no state of an audit, or it was damaged.`, {
    way: 'Put back a copy, or name another file; without it, nothing that was seen before can be checked.',
  });
}

/** What was kept is replaced only by a whole one. */
async function writeState(file: string, { keys, heads }: AuditState): Promise<void> {
  try {
    await writeFile(`${file}.part`, `${JSON.stringify({ version: VERSION, keys, heads }, null, 2)}\n`);
    await rename(`${file}.part`, file);
  } catch (cause) {
    throw new AppError('storage-failed', `${file} could not be written.`, { cause });
  }
}
