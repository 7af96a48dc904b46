/**
 * Second opinions: a service the operator has switched on is asked as well. It can only add findings, never take one
 * away; and where it does not answer in time, or answers nonsense, Orator's own verdict stands and says so.
 */
import { isCancelled, toAppError } from '#core/base/errors.ts';
import {
  CATEGORIES,
  gravest,
  type Category,
  type Finding,
  type ModerationVerdict,
  type PieceVerdict,
  type TextPiece,
} from '#core/policy/moderation/verdict.ts';
import { learnedRuleOf } from '#core/policy/moderation/policy.ts';

/** What a provider says of one piece. */
export interface ProviderFinding {
  readonly category: Category;
  /** 0 to 1. */
  readonly score: number;
  /** The words meant, as they stand in the text; null for the whole piece. */
  readonly quote: string | null;
}

export interface ModerationProvider {
  /** Shown to people: where the words were sent. */
  readonly name: string;
  /** One list a piece, in their order. @throws anything */
  judge(pieces: readonly TextPiece[], signal: AbortSignal): Promise<readonly (readonly ProviderFinding[])[]>;
}

export interface SecondOpinion {
  readonly verdict: ModerationVerdict;
  /** A sentence for each provider that could not be heard. */
  readonly notices: readonly string[];
  /** Their names. */
  readonly failed: readonly string[];
}

export interface SecondOpinionOptions {
  readonly timeoutMs: number;
  /** From which score on a provider's finding sends to a person; it never blocks by itself. */
  readonly reviewFrom?: number;
  readonly signal?: AbortSignal;
}

/** @throws AppError cancelled when the caller's own signal fires; a provider's failure is a notice */
export async function withSecondOpinions(
  own: ModerationVerdict,
  pieces: readonly TextPiece[],
  providers: readonly ModerationProvider[],
  { timeoutMs, reviewFrom = 0.5, signal }: SecondOpinionOptions,
): Promise<SecondOpinion> {
  const heard = await Promise.all(
    providers.map(async (provider) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
      try {
        const found = await provider.judge(pieces, stop);
        if (found.length !== pieces.length)
          throw new Error(`it judged ${found.length} pieces of ${pieces.length}`);
        return { provider, found, notice: null };
      } catch (error) {
        if (signal?.aborted) throw toAppError(error);
        return { provider, found: null, notice: noticeOf(provider, error, deadline.aborted, timeoutMs) };
      }
    }),
  );
  const added = own.pieces.map((piece, i): PieceVerdict => {
    const text = pieces[i]?.text ?? '';
    const more = heard.flatMap(({ provider, found }) =>
      (found?.[i] ?? [])
        .filter(({ score }) => score >= reviewFrom)
        .map((finding) => fromProvider(finding, text, provider.name)),
    );
    const findings = [...piece.findings, ...more];
    return { ...piece, findings, decision: gravest(findings.map(({ decision }) => decision)) };
  });
  return {
    verdict: { ...own, pieces: added, decision: gravest(added.map(({ decision }) => decision)) },
    notices: heard.flatMap(({ notice }) => notice ?? []),
    failed: heard.flatMap(({ provider, found }) => (found ? [] : provider.name)),
  };
}

function fromProvider({ category, score, quote }: ProviderFinding, text: string, name: string): Finding {
  const rule = learnedRuleOf(category);
  const start = quote === null || quote === '' ? -1 : text.indexOf(quote);
  return {
    category,
    rule: rule.id,
    decision: 'review',
    source: 'provider',
    score,
    span: start < 0 || quote === null ? { start: 0, end: text.length } : { start, end: start + quote.length },
    reason: `${rule.reason} (${name} says so.)`,
    way: rule.way,
  };
}

function noticeOf({ name }: ModerationProvider, error: unknown, late: boolean, timeoutMs: number): string {
  const why =
    late || isCancelled(error)
      ? `it did not answer within ${timeoutMs / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
  return `${name} could not be asked (${why}); the verdict is Orator’s own.`;
}

export function categoryOf(name: unknown): Category | null {
  return CATEGORIES.find((category) => category === name) ?? null;
}

/** Of one request; what was answered before another failed is kept. */
const PIECES_AT_ONCE = 32;
const MOST_REMEMBERED = 2000;
const MOST_CHARACTERS = 4_000_000;

/** The same provider, asked only for words that it has not judged yet: an edit sends what was edited. */
export function remembering(provider: ModerationProvider): ModerationProvider {
  const known = new Map<string, readonly ProviderFinding[]>();
  let characters = 0;
  const keep = (text: string, findings: readonly ProviderFinding[]) => {
    if (!known.has(text)) characters += text.length;
    known.set(text, findings);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_REMEMBERED && characters <= MOST_CHARACTERS) return;
      known.delete(oldest);
      characters -= oldest.length;
    }
  };
  return {
    name: provider.name,
    async judge(pieces, signal) {
      const answers = new Map<string, readonly ProviderFinding[]>();
      const asked: TextPiece[] = [];
      for (const piece of pieces) {
        const before = known.get(piece.text);
        if (before) answers.set(piece.text, before);
        else if (!asked.some(({ text }) => text === piece.text)) asked.push(piece);
      }
      for (let i = 0; i < asked.length; i += PIECES_AT_ONCE) {
        const part = asked.slice(i, i + PIECES_AT_ONCE);
        const found = await provider.judge(part, signal);
        if (found.length !== part.length)
          throw new Error(`it judged ${found.length} pieces of ${part.length}`);
        part.forEach(({ text }, k) => {
          answers.set(text, found[k] ?? []);
          keep(text, found[k] ?? []);
        });
      }
      return pieces.map(({ text }) => answers.get(text) ?? []);
    },
  };
}
