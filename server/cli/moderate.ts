/** `orator moderate`: a text to its verdict, as the editor and the server judge it. No browser and no network are needed. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { AppError } from '#core/base/errors.ts';
import { openTextClassifier } from '#core/policy/moderation/classifier/text-classifier.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import { ruleOf } from '#core/policy/moderation/policy.ts';
import type { Decision, Finding, ModerationVerdict, TextPiece } from '#core/policy/moderation/verdict.ts';
import { diskModelFiles } from '../render/adapters/model-files.ts';
import { ortNodeRuntime } from '../render/adapters/ort-node.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';

const KINDS = ['script', 'on-screen', 'name'] as const satisfies readonly TextPiece['kind'][];
const FAIL_ON = ['block', 'review', 'never'] as const;

const USAGE = `Usage: orator moderate <text.txt | -> [options]

Judges a text by the moderation policy (server/policy): which rule, which words, and what would make them acceptable.
Paragraphs are what stands between empty lines. - reads from stdin.

  --json              Print the verdict as JSON
  --kind KIND         What the text is: script, on-screen or name (default: script)
  --rules-only        Without the classifier: the rules alone
  --fail-on DECISION  When to end with code 3: block, review (or graver), never (default: block)

Exit codes: 0 judged, 1 failed, 2 wrong usage, 3 blocked (see --fail-on), 130 cancelled (Ctrl-C)`;

export const moderateCommand: Command = {
  name: 'moderate',
  summary: 'Judge a text by the moderation policy',
  usage: USAGE,
  run: judgeText,
};

export interface ModerateArgs {
  /** A path, or `-`. */
  readonly file: string;
  readonly json: boolean;
  readonly kind: TextPiece['kind'];
  readonly rulesOnly: boolean;
  readonly failOn: (typeof FAIL_ON)[number];
}

const OPTIONS = {
  json: { type: 'boolean' },
  kind: { type: 'string' },
  'rules-only': { type: 'boolean' },
  'fail-on': { type: 'string' },
} as const;

/** @throws UsageError */
export function parseModerateArgs(args: readonly string[]): ModerateArgs {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const [file, extra] = positionals;
  if (file === undefined) throw new UsageError('name a text file. See `orator help moderate`.');
  if (extra !== undefined) throw new UsageError(`one text at a time; “${extra}” is one too many.`);
  const kind = KINDS.find((one) => one === (values.kind ?? 'script'));
  if (!kind) throw new UsageError(`--kind is “${values.kind}”; it may be ${KINDS.join(', ')}.`);
  const failOn = FAIL_ON.find((one) => one === (values['fail-on'] ?? 'block'));
  if (!failOn) throw new UsageError(`--fail-on is “${values['fail-on']}”; it may be ${FAIL_ON.join(', ')}.`);
  return { file, json: values.json ?? false, kind, rulesOnly: values['rules-only'] ?? false, failOn };
}

/** @throws AppError refused when the verdict is what `--fail-on` says */
async function judgeText(args: readonly string[], io: Io): Promise<void> {
  const wanted = parseModerateArgs(args);
  const pieces = piecesOf(await readText(wanted.file), wanted.kind);
  const verdict = await judge(pieces, wanted.rulesOnly, io.signal);
  if (wanted.json) io.print(JSON.stringify(verdict, null, 2));
  else for (const line of describe(verdict, pieces, basename(wanted.file))) io.print(line);
  if (fails(verdict.decision, wanted.failOn))
    throw new AppError(
      'refused',
      verdict.decision === 'block'
        ? 'This text breaks the policy.'
        : 'A person has to look at this text first.',
      { way: 'Change the words that are marked.' },
    );
}

function fails(decision: Decision, failOn: ModerateArgs['failOn']): boolean {
  if (failOn === 'never') return false;
  return decision === 'block' || (failOn === 'review' && decision === 'review');
}

async function judge(
  pieces: readonly TextPiece[],
  rulesOnly: boolean,
  signal: AbortSignal,
): Promise<ModerationVerdict> {
  if (rulesOnly) return moderate(pieces, { signal });
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  try {
    const classifier = await openTextClassifier(runtime, files, signal);
    return await moderate(pieces, { classifier, signal });
  } finally {
    await runtime.close();
  }
}

/** Between empty lines; numbered from 1, as a person counts. */
export function piecesOf(text: string, kind: TextPiece['kind']): TextPiece[] {
  return text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n[ \t]*\r?\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph, i) => ({ id: `paragraph ${i + 1}`, kind, text: paragraph }));
}

async function readText(path: string): Promise<string> {
  const text =
    path === '-'
      ? await readAll(process.stdin)
      : await readFile(path, 'utf8').catch((cause: unknown) => {
          throw new AppError('not-found', `${path} cannot be read.`, { cause });
        });
  if (text.trim() === '')
    throw new AppError('invalid-input', 'The text is empty: there is nothing to judge.');
  return text;
}

const SAID: Readonly<Record<Decision, string>> = {
  allow: 'allowed',
  review: 'a person looks',
  block: 'blocked',
};

function describe(verdict: ModerationVerdict, pieces: readonly TextPiece[], name: string): string[] {
  const lines = verdict.pieces.flatMap(({ pieceId, findings }, i) => {
    const text = pieces[i]?.text ?? '';
    return findings.map((finding) => `${pieceId}: ${sentence(finding, text)}`);
  });
  return [`${name}: ${SAID[verdict.decision]}`, ...lines];
}

function sentence({ rule, decision, span, reason, way }: Finding, text: string): string {
  const words = span ? `“${text.slice(span.start, span.end)}”` : '';
  return `${SAID[decision]} by ${rule} (${ruleOf(rule).title.toLowerCase()}): ${words}\n  ${reason} ${way}`;
}
