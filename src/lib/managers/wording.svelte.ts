/**
 * What the policy finds in the open project, kept up with the writing: words are asked about when a person pauses, pictures
 * as they come, both answered off the main thread, and dropped where the project has changed in the meantime. And which
 * finding is being looked at.
 */
import { isCancelled } from '#core/base/errors.ts';
import type { AssetHash, LayerId, PresenterId, VoiceId } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import { picturesOf } from '#core/policy/moderation/images/project-pictures.ts';
import { textPieces } from '#core/policy/moderation/pieces.ts';
import { placedFindings, type PlacedFinding } from '#core/policy/moderation/places.ts';
import type { PieceVerdict, TextPiece } from '#core/policy/moderation/verdict.ts';
import type { ContentJudge } from './ports.ts';

/** A pause in the writing: shorter, and a word that is half written is judged. */
const PAUSE_MS = 400;

/** Where the look at a picture stands; unseen: it cannot be had on this device. */
export type PictureLook = 'looking' | 'clear' | 'found' | 'unseen';

export class WordingManager {
  findings = $state.raw<readonly PlacedFinding[]>([]);
  /** The finding whose explanation is open. */
  openKey = $state<string | null>(null);
  /** Whether the words as they stand have been read; false while a person writes on. */
  current = $state(false);
  /** Of every picture that was asked about. */
  looks = $state.raw<ReadonlyMap<AssetHash, PictureLook>>(new Map());
  readonly #judge: () => ContentJudge;
  readonly #seen = new Map<AssetHash, PieceVerdict>();
  #words: readonly PieceVerdict[] = [];
  #looking = false;
  #project: Project | null = null;
  #asked: readonly TextPiece[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(judge: () => ContentJudge) {
    this.#judge = judge;
  }

  readonly opened = $derived(this.findings.find(({ key }) => key === this.openKey) ?? null);
  readonly blocked = $derived(this.findings.filter(({ finding }) => finding.decision === 'block').length);
  readonly toReview = $derived(this.findings.length - this.blocked);
  readonly inPictures = $derived(this.findings.filter(({ place }) => place.kind === 'picture').length);

  /** A change that touches no word costs a comparison and nothing else. */
  readSoon(project: Project): void {
    const another = this.#project?.id !== project.id;
    this.#project = project;
    if (another) this.#forget();
    void this.#look();
    const pieces = textPieces(project);
    if (this.#asked && samePieces(pieces, this.#asked)) {
      // A picture may have gone, or come back.
      if (this.#seen.size > 0) this.#place();
      return;
    }
    this.#asked = pieces;
    this.current = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(pieces), another ? 0 : PAUSE_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#project = null;
    this.#forget();
  }

  ofLayer(layer: LayerId): readonly PlacedFinding[] {
    return this.findings.filter(({ place }) => place.kind === 'on-screen' && place.layer === layer);
  }

  ofPresenter(presenter: PresenterId | undefined): readonly PlacedFinding[] {
    return this.findings.filter(
      ({ place }) => place.kind === 'presenter-name' && place.presenter === presenter,
    );
  }

  ofVoice(voice: VoiceId | undefined): readonly PlacedFinding[] {
    return this.findings.filter(({ place }) => place.kind === 'voice-name' && place.voice === voice);
  }

  /** What was found in these pictures, each kind of it once: a photo's parts say what the photo says. */
  ofPictures(pictures: readonly AssetHash[]): readonly PlacedFinding[] {
    const found = this.findings.filter(
      ({ place }) => place.kind === 'picture' && pictures.includes(place.picture),
    );
    return found.filter(
      ({ finding }, i) => found.findIndex((other) => other.finding.rule === finding.rule) === i,
    );
  }

  /** The finding `by` after (or before) the open one, in reading order and round the end; null where there is none. */
  beside(by: 1 | -1): PlacedFinding | null {
    const count = this.findings.length;
    if (count === 0) return null;
    const at = this.findings.findIndex(({ key }) => key === this.openKey);
    const next = at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
    return this.findings[next] ?? null;
  }

  #forget(): void {
    this.#asked = null;
    this.#words = [];
    this.findings = [];
    this.openKey = null;
    this.current = false;
  }

  /** Findings at their places in the project as it stands. */
  #place(): void {
    if (!this.#project) return;
    this.findings = placedFindings(this.#project, { pieces: [...this.#words, ...this.#seen.values()] });
    if (!this.opened) this.openKey = null;
  }

  /** Looks at the project's pictures one after the other, until none is left that was not looked at. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (let next = this.#unseen(); next; next = this.#unseen()) await this.#see(next);
    } finally {
      this.#looking = false;
    }
  }

  #unseen(): AssetHash | undefined {
    return this.#project ? picturesOf(this.#project).find((picture) => !this.looks.has(picture)) : undefined;
  }

  async #see(picture: AssetHash): Promise<void> {
    const told = (look: PictureLook) => (this.looks = new Map(this.looks).set(picture, look));
    told('looking');
    try {
      const verdict = await this.#judge().see(picture);
      this.#seen.set(picture, verdict);
      told(verdict.findings.length > 0 ? 'found' : 'clear');
      this.#place();
    } catch {
      // Advice that cannot be had stands in nobody's way: what goes to others is looked at again by the server.
      told('unseen');
    }
  }

  async #read(pieces: readonly TextPiece[]): Promise<void> {
    try {
      const verdict = await this.#judge().judge(pieces);
      if (this.#asked !== pieces) return;
      this.#words = verdict.pieces;
      this.#place();
      this.current = true;
    } catch (error) {
      // Advice that cannot be had stands in nobody's way: what goes to others is judged again by the server.
      if (!isCancelled(error) && this.#asked === pieces) this.#asked = null;
    }
  }
}

function samePieces(a: readonly TextPiece[], b: readonly TextPiece[]): boolean {
  return (
    a.length === b.length &&
    a.every((piece, i) => {
      const other = b[i];
      return piece.id === other?.id && piece.text === other.text && piece.language === other.language;
    })
  );
}
