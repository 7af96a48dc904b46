/**
 * The verdict on a project’s words: rules first, because they can name what is wrong to the letter, then the classifier
 * for what no rule foresaw, and for what a rule only suspects. A piece that was judged before is not judged again, and
 * neither is a sentence.
 */
import { throwIfCancelled, type CancelSignal } from '../../base/errors.ts';
import { learnedRuleOf, POLICY_VERSION } from './policy.ts';
import { readPiece, type Reading, type RuleMatch, type Sentence } from './rules.ts';
import { THRESHOLDS } from './thresholds.ts';
import {
  CATEGORIES,
  gravest,
  type Category,
  type Finding,
  type ModerationVerdict,
  type PieceVerdict,
  type TextClassifier,
  type TextPiece,
  type TextSpan,
} from './verdict.ts';

export interface ModerateOptions {
  /** Null or missing: the rules alone decide. */
  readonly classifier?: TextClassifier | null;
  /** What was judged before; give the same one again, and an edit costs only its own piece. */
  readonly memo?: ModerationMemo;
  readonly signal?: CancelSignal | undefined;
}

const MOST_PIECES = 2000;
const MOST_SENTENCES = 8000;
/** Of what is kept of each kind: texts can be long. */
const MOST_CHARACTERS = 4_000_000;

/** By key, the oldest forgotten first: no more than so many, nor than so many characters of keys. */
class Kept<V> {
  readonly #most: number;
  readonly #map = new Map<string, V>();
  #characters = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#map.has(key)) this.#characters += key.length;
    this.#map.set(key, value);
    for (const oldest of this.#map.keys()) {
      if (this.#map.size <= this.#most && this.#characters <= MOST_CHARACTERS) return;
      this.#map.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

/** What was judged before, by content alone; the oldest is forgotten first. Holds text, so it lives as long as its owner. */
export class ModerationMemo {
  readonly #pieces = new Kept<readonly Finding[]>(MOST_PIECES);
  readonly #sentences = new Kept<Float32Array>(MOST_SENTENCES);

  piece(key: string): readonly Finding[] | undefined {
    return this.#pieces.get(key);
  }

  keepPiece(key: string, findings: readonly Finding[]): void {
    this.#pieces.set(key, findings);
  }

  sentence(key: string): Float32Array | undefined {
    return this.#sentences.get(key);
  }

  keepSentence(key: string, probabilities: Float32Array): void {
    this.#sentences.set(key, probabilities);
  }
}

/**
 * The same pieces under the same policy and classifier give the same verdict.
 * @throws AppError cancelled, and whatever the classifier throws
 */
export async function moderate(
  pieces: readonly TextPiece[],
  { classifier = null, memo = new ModerationMemo(), signal }: ModerateOptions = {},
): Promise<ModerationVerdict> {
  const revision = classifier?.revision ?? null;
  const keyOf = ({ kind, text, unread = [] }: TextPiece) =>
    JSON.stringify([POLICY_VERSION, revision, kind, text, ...unread]);
  const readings = new Map<string, Reading>();
  const unread = new Map<string, readonly Finding[]>();
  for (const piece of pieces) {
    throwIfCancelled(signal);
    const key = keyOf(piece);
    if (memo.piece(key) || readings.has(key)) continue;
    readings.set(key, readPiece(piece));
    unread.set(key, (piece.unread ?? []).map(notRead));
  }
  const scores = classifier ? await classify([...readings.values()], classifier, memo, signal) : null;
  for (const [key, reading] of readings)
    memo.keepPiece(key, [...findingsOf(reading, scores), ...(unread.get(key) ?? [])]);
  const judged = pieces.map((piece): PieceVerdict => {
    const findings = memo.piece(keyOf(piece)) ?? [
      ...findingsOf(readPiece(piece), scores),
      ...(piece.unread ?? []).map(notRead),
    ];
    return { pieceId: piece.id, decision: gravest(findings.map((found) => found.decision)), findings };
  });
  return {
    decision: gravest(judged.map((piece) => piece.decision)),
    pieces: judged,
    policyVersion: POLICY_VERSION,
    classifierRevision: revision,
  };
}

/** Probabilities by sentence. */
type Scores = ReadonlyMap<string, Float32Array>;

async function classify(
  readings: readonly Reading[],
  classifier: TextClassifier,
  memo: ModerationMemo,
  signal: CancelSignal | undefined,
): Promise<Scores> {
  const texts = new Set(readings.flatMap(({ sentences }) => sentences.map(({ plain }) => plain)));
  const known = new Map<string, Float32Array>();
  const asked: string[] = [];
  for (const text of texts) {
    const before = memo.sentence(`${classifier.revision} ${text}`);
    if (before) known.set(text, before);
    else asked.push(text);
  }
  throwIfCancelled(signal);
  const answers = asked.length > 0 ? await classifier.classify(asked, signal) : [];
  throwIfCancelled(signal);
  asked.forEach((text, i) => {
    const answer = answers[i] as Float32Array;
    known.set(text, answer);
    memo.keepSentence(`${classifier.revision} ${text}`, answer);
  });
  return known;
}

function findingsOf({ sentences, matches }: Reading, scores: Scores | null): Finding[] {
  const ruled = matches.filter((match) => !cleared(match, sentences, scores)).map((match) => fromRule(match));
  const learned = scores ? sentences.flatMap((sentence) => fromClassifier(sentence, scores, ruled)) : [];
  return [...ruled, ...learned].sort(
    (a, b) =>
      Number(b.decision === 'block') - Number(a.decision === 'block') ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
      CATEGORIES.indexOf(a.category) - CATEGORIES.indexOf(b.category),
  );
}

/** It may say anything; whose words it says is what is deceived about, so the server's own reviewers look. */
function notRead(span: TextSpan): Finding {
  return {
    category: 'fraud',
    rule: learnedRuleOf('fraud').id,
    decision: 'review',
    source: 'rule',
    score: 0,
    span,
    reason:
      'What these sounds say cannot be told from their signs, or is more than the words they stand for.',
    way: 'Write the word so that it reads as it sounds, or shorten the sounds; or wait until a person has looked.',
  };
}

/** A suspicion that the classifier does not share, of a sentence that seems to tell and not to mean. */
function cleared(match: RuleMatch, sentences: readonly Sentence[], scores: Scores | null): boolean {
  if (!match.perhaps || match.sentence === null || !scores) return false;
  const score = scoreOf(scores, sentences[match.sentence] as Sentence, match.rule.category);
  return score !== null && score < THRESHOLDS[match.rule.category].clear;
}

function scoreOf(scores: Scores, { plain }: Sentence, category: Category): number | null {
  return scores.get(plain)?.[CATEGORIES.indexOf(category)] ?? null;
}

function fromRule({ rule, span, decision, perhaps }: RuleMatch): Finding {
  return {
    category: rule.category,
    rule: rule.id,
    decision,
    source: 'rule',
    score: perhaps ? 0.5 : 1,
    span,
    reason: perhaps ? `${rule.reason} It may be told and not meant, so a person looks at it.` : rule.reason,
    way: rule.way,
  };
}

/** What the classifier finds and no rule has named in the same sentence. */
function fromClassifier(sentence: Sentence, scores: Scores, ruled: readonly Finding[]): Finding[] {
  const named = (category: Category) =>
    ruled.some(
      (found) =>
        found.category === category &&
        found.span !== null &&
        found.span.start < sentence.span.end &&
        sentence.span.start < found.span.end,
    );
  return CATEGORIES.flatMap((category): Finding[] => {
    const score = scoreOf(scores, sentence, category) ?? 0;
    const { review, block } = THRESHOLDS[category];
    if (score < review || named(category)) return [];
    const rule = learnedRuleOf(category);
    return [
      {
        category,
        rule: rule.id,
        decision: score >= block ? 'block' : 'review',
        source: 'classifier',
        score: Math.round(score * 1000) / 1000,
        span: sentence.span,
        reason: rule.reason,
        way: rule.way,
      },
    ];
  });
}
