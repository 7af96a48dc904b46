/**
 * Who may render what. `render()` cannot run without a RenderPermit, and only `issuePermit` makes one.
 * The table of grade × likeness × connection is written once, here.
 */
import { AppError } from '../base/errors.ts';
import type { Likeness } from '../document/likeness.ts';
import type { Project } from '../document/project.ts';

/** draft: on this device, for the maker's eyes. final: a film kept or sent by its maker. distribution: published from here. */
export type Grade = 'draft' | 'final' | 'distribution';
export const GRADES: readonly Grade[] = ['draft', 'final', 'distribution'];
export type Connection = 'offline' | 'online';
export type LikenessStanding = 'synthetic' | 'person-with-consent' | 'person-without-consent';

declare const issued: unique symbol;
/** Proof that policy allows this project at this grade. Made by `issuePermit` alone; never parsed from outside. */
export interface RenderPermit {
  readonly [issued]: true;
  readonly grade: Grade;
  readonly projectId: Project['id'];
  /** Whose faces and voices it was given for. */
  readonly standing: LikenessStanding;
  /** Text drawn over every frame, or null where the film may go unmarked. */
  readonly mark: string | null;
}

export type Verdict =
  | { readonly allowed: true; readonly mark: string | null }
  | { readonly allowed: false; readonly reason: string; readonly way: string };

export const PERSON_DRAFT_MARK = 'Draft · no consent on file';

const OPEN: Verdict = { allowed: true, mark: null };
const DRAFT_ONLY: Verdict = { allowed: true, mark: PERSON_DRAFT_MARK };
const NO_CONSENT: Verdict = {
  allowed: false,
  reason: 'This film shows or sounds like a real person who has not given consent.',
  way: 'Ask them to record consent, or choose a synthetic presenter and voice. You can still make a marked draft on this device.',
};
const NEEDS_SERVER: Verdict = {
  allowed: false,
  reason: 'A film for distribution is checked by a server first, and there is no connection to one.',
  way: 'Connect to your Orator server, or export it as your own final film.',
};

/** The whole policy: grade × likeness × connection. */
export const POLICY: Readonly<
  Record<Grade, Readonly<Record<LikenessStanding, Readonly<Record<Connection, Verdict>>>>>
> = {
  draft: {
    synthetic: { offline: OPEN, online: OPEN },
    'person-with-consent': { offline: OPEN, online: OPEN },
    'person-without-consent': { offline: DRAFT_ONLY, online: DRAFT_ONLY },
  },
  final: {
    synthetic: { offline: OPEN, online: OPEN },
    'person-with-consent': { offline: OPEN, online: OPEN },
    'person-without-consent': { offline: NO_CONSENT, online: NO_CONSENT },
  },
  distribution: {
    synthetic: { offline: NEEDS_SERVER, online: OPEN },
    'person-with-consent': { offline: NEEDS_SERVER, online: OPEN },
    'person-without-consent': { offline: NO_CONSENT, online: NO_CONSENT },
  },
};

export function standingOf(likeness: Likeness): LikenessStanding {
  if (likeness.kind === 'synthetic') return 'synthetic';
  return likeness.consent === null ? 'person-without-consent' : 'person-with-consent';
}

/** The weakest standing among everyone who is seen or heard in the project. */
export function projectStanding(project: Project): LikenessStanding {
  const placed = new Set(project.scenes.flatMap((scene) => scene.presenters.map((p) => p.presenter)));
  const heard = new Set(project.scenes.flatMap((scene) => (scene.recording ? [] : [scene.voice])));
  const standings = [
    ...project.presenters.filter((p) => placed.has(p.id)).map((p) => standingOf(p.likeness)),
    ...project.voices.filter((v) => heard.has(v.id)).map((v) => standingOf(v.likeness)),
    ...project.scenes.flatMap(({ recording }) => (recording ? [standingOf(recording.likeness)] : [])),
  ];
  if (standings.includes('person-without-consent')) return 'person-without-consent';
  return standings.includes('person-with-consent') ? 'person-with-consent' : 'synthetic';
}

/** @throws AppError refused, with the reason and what to do */
export function issuePermit(project: Project, grade: Grade, connection: Connection): RenderPermit {
  const standing = projectStanding(project);
  const verdict = POLICY[grade][standing][connection];
  if (!verdict.allowed) throw new AppError('refused', verdict.reason, { way: verdict.way });
  return { grade, projectId: project.id, standing, mark: verdict.mark } as RenderPermit;
}

/**
 * Holds a permit against what is about to be rendered: the project may have gained a person since it was issued.
 * @throws AppError refused
 */
export function requirePermit(permit: RenderPermit, project: Project): void {
  if (permit.projectId === project.id && permit.standing === projectStanding(project)) return;
  throw new AppError('refused', 'This permit was given for another film.', {
    way: 'Start again; the film is then checked as it is now.',
  });
}
