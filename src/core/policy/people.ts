/** Who is seen or heard in a film, what a receipt would have to name, and how each of them stands. */
import type { AssetHash } from '../base/ids.ts';
import { SELF_ISSUER, type Likeness } from '../document/likeness.ts';
import type { Presenter, Project } from '../document/project.ts';
import type { ConsentUse } from './consent/challenge.ts';
import { presenterHash, recordingHash, voiceHash } from './consent/presenter-hash.ts';
import { faultSentence, scopeFault, type VerifiedReceipt } from './consent/verify.ts';

/**
 * own-word: someone says on their own device that it is their own face or voice. Nobody has checked that, so it is enough
 * for their own films here and for nothing that leaves.
 * said-synthetic: someone brought a photo, a film or a recording and says that it is nobody's. That too is a word, and a
 * server lets one of its reviewers look before it makes more than a draft. `synthetic` are drawn characters and engines'
 * voices alone.
 */
export type LikenessStanding =
  'synthetic' | 'said-synthetic' | 'person-with-receipt' | 'person-own-word' | 'person-without-consent';
/** The weakest first. */
export const STANDINGS: readonly LikenessStanding[] = [
  'person-without-consent',
  'person-own-word',
  'said-synthetic',
  'person-with-receipt',
  'synthetic',
];

/** A face or a voice in a film. */
export interface Portrayal {
  /** As the film's author calls it. */
  readonly name: string;
  readonly likeness: Likeness;
  /** What its receipt names. */
  readonly subject: AssetHash;
  /** A photo, a film or a recording that someone brought, and not a character or voice that everyone has. */
  readonly brought: boolean;
  /** What it is made to speak, BCP 47. */
  readonly languages: readonly string[];
}

export interface Standing {
  readonly standing: LikenessStanding;
  /** Why a receipt that names the person is not enough; null where there is none, or one is enough. */
  readonly doubt: string | null;
}

/** Everyone in the film, drawn and synthetic ones too. */
export function portrayals(project: Project): readonly Portrayal[] {
  const languageOf = ({ recording, voice }: Project['scenes'][number]): string[] => {
    if (recording) return [recording.language];
    return project.voices.filter(({ id }) => id === voice).map(({ language }) => language);
  };
  const seen = project.presenters.flatMap((presenter) => {
    const scenes = project.scenes.filter((scene) =>
      scene.presenters.some((placed) => placed.presenter === presenter.id),
    );
    if (scenes.length === 0) return [];
    const languages = [...new Set(scenes.flatMap(languageOf))];
    return [portrayalOf(presenter, languages)];
  });
  const speaking = new Set(project.scenes.flatMap((scene) => (scene.recording ? [] : [scene.voice])));
  const heard = project.voices
    .filter(({ id }) => speaking.has(id))
    .map((voice) => ({
      name: voice.name,
      likeness: voice.likeness,
      subject: voiceHash(voice),
      brought: false,
      languages: [voice.language],
    }));
  const recorded = project.scenes.flatMap(({ recording }) =>
    recording
      ? [
          {
            name: 'A recorded voice',
            likeness: recording.likeness,
            subject: recordingHash(recording),
            brought: true,
            languages: [recording.language],
          },
        ]
      : [],
  );
  return [...seen, ...heard, ...recorded];
}

export function portrayalOf(presenter: Presenter, languages: readonly string[]): Portrayal {
  const brought = presenter.kind !== 'illustrated';
  const { name, likeness } = presenter;
  return { name, likeness, subject: presenterHash(presenter), brought, languages };
}

/** What someone brought and says to be nobody's. */
export function saidSynthetic(project: Project): ReadonlySet<AssetHash> {
  const said = portrayals(project).filter(
    ({ likeness, brought }) => brought && likeness.kind === 'synthetic',
  );
  return new Set(said.map(({ subject }) => subject));
}

/** What receipts could be asked for: the subjects of all who are real people. */
export function subjectsOf(project: Project): ReadonlySet<AssetHash> {
  const people = portrayals(project).filter(({ likeness }) => likeness.kind === 'person');
  return new Set(people.map(({ subject }) => subject));
}

/**
 * A receipt counts by what it names, or by where its issuer heard whoever gave it, not by who refers to it: a reference in a
 * document is a claim. Without one that
 * covers the use and every language, a person's own word is what is left, and else nothing.
 */
export function standingOf(
  { likeness, subject, brought, languages }: Portrayal,
  uses: readonly ConsentUse[],
  receipts: readonly VerifiedReceipt[],
): Standing {
  if (likeness.kind === 'synthetic')
    return { standing: brought ? 'said-synthetic' : 'synthetic', doubt: null };
  let doubt: string | null = null;
  for (const { receipt, revocationsAt, heardIn } of receipts) {
    const meant = receipt.presenter === subject || heardIn.includes(subject);
    if (!meant || revocationsAt === null) continue;
    const fault = scopeFault(receipt, { uses, languages });
    if (fault === null) return { standing: 'person-with-receipt', doubt: null };
    doubt = faultSentence(fault, receipt);
  }
  const own = likeness.consent?.issuer === SELF_ISSUER;
  return { standing: own ? 'person-own-word' : 'person-without-consent', doubt };
}

/** The weakest standing among everyone who is seen or heard. */
export function filmStanding(
  project: Project,
  uses: readonly ConsentUse[],
  receipts: readonly VerifiedReceipt[],
): Standing {
  const all = portrayals(project).map((one) => standingOf(one, uses, receipts));
  const weight = ({ standing }: Standing) => STANDINGS.indexOf(standing);
  return all.reduce<Standing>((weakest, one) => (weight(one) < weight(weakest) ? one : weakest), {
    standing: 'synthetic',
    doubt: null,
  });
}
