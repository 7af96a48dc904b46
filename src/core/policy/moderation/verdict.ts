/**
 * What moderation says, as data that explains itself: which rule of the written policy (`server/policy/`), which words
 * exactly, and what would make them acceptable. The same content under the same policy and model gives the same
 * verdict, wherever it is asked.
 */
import type { CancelSignal } from '../../base/errors.ts';
import type { Brand } from '../../base/ids.ts';

export const CATEGORIES = [
  'hate',
  'harassment',
  'threats',
  'sexual',
  'minors',
  'self-harm',
  'fraud',
  'political-campaigning',
  'misinformation',
  'regulated-goods',
  'private-data',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** A rule's number in the written policy: the category's section and the rule in it, such as `H2`. */
export type RuleId = Brand<string, 'RuleId'>;

/** review: a person looks before anything is rendered for others. */
export type Decision = 'allow' | 'review' | 'block';

/** A piece of a project that is judged on its own, so that an edit has only its own piece judged again. */
export interface TextPiece {
  /** Where it stands: a paragraph's id, a layer's, `project-name`. */
  readonly id: string;
  readonly kind: 'script' | 'on-screen' | 'name';
  readonly text: string;
  /** BCP 47, where known. */
  readonly language?: string;
  /** Words whose sounds nobody could read: a person looks. */
  readonly unread?: readonly TextSpan[];
}

/** UTF-16 offsets into the text as the person wrote it; the end is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export type FindingSource = 'rule' | 'classifier' | 'image' | 'provider';

export interface Finding {
  readonly category: Category;
  readonly rule: RuleId;
  readonly decision: Exclude<Decision, 'allow'>;
  readonly source: FindingSource;
  /** 0 to 1: how sure. A rule that matches outright says 1. */
  readonly score: number;
  /** The words meant; null for a picture. */
  readonly span: TextSpan | null;
  /** Why, in a sentence for the author. */
  readonly reason: string;
  /** What would make it acceptable, in a sentence. */
  readonly way: string;
}

export interface PieceVerdict {
  readonly pieceId: string;
  readonly decision: Decision;
  /** Gravest first, then in reading order. */
  readonly findings: readonly Finding[];
}

export interface ModerationVerdict {
  readonly decision: Decision;
  readonly pieces: readonly PieceVerdict[];
  /** Version of the written policy and its rules. */
  readonly policyVersion: string;
  /** Revision of the classifier that took part, or null where none could run. */
  readonly classifierRevision: string | null;
}

/** The learned layer. Probabilities are per sentence, in CATEGORIES' order, each 0 to 1, independent of each other. */
export interface TextClassifier {
  readonly revision: string;
  classify(sentences: readonly string[], signal?: CancelSignal): Promise<readonly Float32Array[]>;
}

/** The gravest of several decisions; `allow` for none. */
export function gravest(decisions: Iterable<Decision>): Decision {
  let worst: Decision = 'allow';
  for (const decision of decisions) {
    if (decision === 'block') return 'block';
    if (decision === 'review') worst = 'review';
  }
  return worst;
}
