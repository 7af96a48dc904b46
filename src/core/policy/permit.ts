/**
 * Who may render what. `render()` cannot run without a RenderPermit, and only `issuePermit` makes one.
 * The table of grade × likeness × connection is written once, here.
 */
import { AppError } from '../base/errors.ts';
import type { Project } from '../document/project.ts';
import type { ConsentUse } from './consent/challenge.ts';
import type { VerifiedReceipt } from './consent/verify.ts';
import { filmStanding, type LikenessStanding } from './people.ts';

/** draft: on this device, for the maker's eyes. final: a film kept or sent by its maker. distribution: published from here. */
export type Grade = 'draft' | 'final' | 'distribution';
export const GRADES: readonly Grade[] = ['draft', 'final', 'distribution'];
/** offline, online: a device of one's own, without a server at hand and with one. server: made there, for an account. */
export type Connection = 'offline' | 'online' | 'server';

declare const issued: unique symbol;
/** Proof that policy allows this project at this grade. Made by `issuePermit` alone; never parsed from outside. */
export interface RenderPermit {
  readonly [issued]: true;
  readonly grade: Grade;
  readonly projectId: Project['id'];
  /** Whose faces and voices it was given for. */
  readonly standing: LikenessStanding;
  /** What it was given on: the receipts at hand, and the use they were asked for. */
  readonly receipts: readonly VerifiedReceipt[];
  readonly uses: readonly ConsentUse[];
  /** Text drawn over every frame, or null where the film may go unmarked. */
  readonly mark: string | null;
}

export type Verdict =
  | { readonly allowed: true; readonly mark: string | null }
  | { readonly allowed: false; readonly reason: string; readonly way: string };

export const PERSON_DRAFT_MARK = 'Draft · no consent on file';
/** On what a server makes before one of its reviewers has looked. */
export const UNSEEN_DRAFT_MARK = 'Draft · not reviewed';

const OPEN: Verdict = { allowed: true, mark: null };
const DRAFT_ONLY: Verdict = { allowed: true, mark: PERSON_DRAFT_MARK };
const NO_CONSENT: Verdict = {
  allowed: false,
  reason: 'This film shows or sounds like a real person who has not given consent.',
  way: 'Ask them to record consent, or choose a synthetic presenter and voice. You can still make a marked draft on this device.',
};
const UNSEEN_DRAFT: Verdict = { allowed: true, mark: UNSEEN_DRAFT_MARK };
const NOT_ON_SERVER: Verdict = {
  allowed: false,
  reason: 'This film shows or sounds like a real person whose consent was not recorded with this server.',
  way: 'Record the consent here first, with “Record consent” at the presenter, or choose a drawn presenter and an engine’s voice. On your own device you can make the film without a server.',
};
const NEEDS_SERVER: Verdict = {
  allowed: false,
  reason: 'A film for distribution is checked by a server first, and there is no connection to one.',
  way: 'Connect to your Orator server, or export it as your own final film.',
};
const ONLY_OWN_WORD: Verdict = {
  allowed: false,
  reason: 'That a face or voice in this film is your own was said on this device, and nobody has checked it.',
  way: 'Record your consent with your Orator server, or export it as your own final film.',
};

/** The whole policy: grade × likeness × connection. */
export const POLICY: Readonly<
  Record<Grade, Readonly<Record<LikenessStanding, Readonly<Record<Connection, Verdict>>>>>
> = {
  draft: {
    synthetic: { offline: OPEN, online: OPEN, server: OPEN },
    'said-synthetic': { offline: OPEN, online: OPEN, server: UNSEEN_DRAFT },
    'person-with-receipt': { offline: OPEN, online: OPEN, server: OPEN },
    'person-own-word': { offline: OPEN, online: OPEN, server: NOT_ON_SERVER },
    'person-without-consent': { offline: DRAFT_ONLY, online: DRAFT_ONLY, server: NOT_ON_SERVER },
  },
  final: {
    synthetic: { offline: OPEN, online: OPEN, server: OPEN },
    // A server lets a reviewer look first, and issues no permit before.
    'said-synthetic': { offline: OPEN, online: OPEN, server: OPEN },
    'person-with-receipt': { offline: OPEN, online: OPEN, server: OPEN },
    'person-own-word': { offline: OPEN, online: OPEN, server: NOT_ON_SERVER },
    'person-without-consent': { offline: NO_CONSENT, online: NO_CONSENT, server: NOT_ON_SERVER },
  },
  distribution: {
    synthetic: { offline: NEEDS_SERVER, online: OPEN, server: OPEN },
    'said-synthetic': { offline: NEEDS_SERVER, online: OPEN, server: OPEN },
    'person-with-receipt': { offline: NEEDS_SERVER, online: OPEN, server: OPEN },
    'person-own-word': { offline: ONLY_OWN_WORD, online: ONLY_OWN_WORD, server: NOT_ON_SERVER },
    'person-without-consent': { offline: NO_CONSENT, online: NO_CONSENT, server: NOT_ON_SERVER },
  },
};

/** What a person must have agreed to for a film of this grade; any of these. */
export const USES_OF: Readonly<Record<Grade, readonly ConsentUse[]>> = {
  draft: ['own-films', 'distribution'],
  final: ['own-films', 'distribution'],
  distribution: ['distribution'],
};

/**
 * @param receipts those that were verified a moment ago (`verifiedAmong`); none: nobody's receipt counts
 * @param uses what is asked of them where it is not a film of this grade, such as `live`
 * @throws AppError refused, with the reason and what to do
 */
export function issuePermit(
  project: Project,
  grade: Grade,
  connection: Connection,
  receipts: readonly VerifiedReceipt[],
  uses: readonly ConsentUse[] = USES_OF[grade],
): RenderPermit {
  const { standing, doubt } = filmStanding(project, uses, receipts);
  const verdict = POLICY[grade][standing][connection];
  if (!verdict.allowed)
    throw new AppError('refused', [verdict.reason, doubt].filter(Boolean).join(' '), { way: verdict.way });
  const permit: Omit<RenderPermit, typeof issued> = {
    grade,
    projectId: project.id,
    standing,
    receipts,
    uses,
    mark: verdict.mark,
  };
  return permit as RenderPermit;
}

/**
 * Holds a permit against what is about to be rendered: the project may have gained a person since it was issued, or had
 * one exchanged for another.
 * @throws AppError refused
 */
export function requirePermit(permit: RenderPermit, project: Project): void {
  const { standing } = filmStanding(project, permit.uses, permit.receipts);
  if (permit.projectId === project.id && permit.standing === standing) return;
  throw new AppError('refused', 'This permit was given for another film.', {
    way: 'Start again; the film is then checked as it is now.',
  });
}
