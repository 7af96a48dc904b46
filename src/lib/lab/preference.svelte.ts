/** A preference test under way, its votes kept on this device as they are given. */
import { drawShowings, judge, pairUp, type Choice, type Showing, type Vote } from './preference.ts';

const KEY = 'orator.lab.votes';
const MAX_VOTES = 20_000;

export interface ComparedPair {
  readonly name: string;
  readonly a: File;
  readonly b: File;
}

export class PreferenceTest {
  names = $state({ a: 'First', b: 'Second' });
  pairs = $state.raw<readonly ComparedPair[]>([]);
  /** Files that found no partner. */
  unpaired = $state.raw<readonly File[]>([]);
  #showings = $state.raw<readonly Showing[]>([]);
  #at = $state(0);
  #votes = $state.raw<readonly Vote[]>(readVotes());
  /** The browser refused to keep them; they last until the page is left. */
  forgetful = $state(false);

  readonly verdict = $derived(judge(this.#votes));
  readonly showing = $derived(this.#showings[this.#at] ?? null);

  get votes(): readonly Vote[] {
    return this.#votes;
  }
  get running(): boolean {
    return this.showing !== null;
  }
  get place(): { readonly number: number; readonly of: number } {
    return { number: this.#at + 1, of: this.#showings.length };
  }

  choose(a: readonly File[], b: readonly File[]): void {
    const { pairs, left } = pairUp(a, b);
    this.pairs = pairs;
    this.unpaired = left;
  }

  begin(rounds: number): void {
    this.#showings = drawShowings(this.pairs.length, rounds, Math.random);
    this.#at = 0;
  }

  end(): void {
    this.#showings = [];
  }

  vote(side: 'left' | 'right' | 'neither', secondsWatched: number): void {
    const showing = this.showing;
    const pair = showing && this.pairs[showing.pair];
    if (!showing || !pair) return;
    const right = showing.left === 'a' ? 'b' : 'a';
    const choice: Choice = side === 'neither' ? 'tie' : side === 'left' ? showing.left : right;
    const vote = { ...showing, pairName: pair.name, choice, at: new Date().toISOString(), secondsWatched };
    this.#keep([...this.#votes, vote].slice(-MAX_VOTES));
    this.#at++;
  }

  forget(): void {
    this.#keep([]);
  }

  #keep(votes: readonly Vote[]): void {
    this.#votes = votes;
    try {
      if (votes.length === 0) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, JSON.stringify(votes));
      this.forgetful = false;
    } catch {
      this.forgetful = true;
    }
  }
}

/** Only whole votes are believed. */
function readVotes(): readonly Vote[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter(isVote) : [];
  } catch {
    return [];
  }
}

function isVote(value: unknown): value is Vote {
  if (typeof value !== 'object' || value === null) return false;
  const { pair, left, pairName, choice, at, secondsWatched } = value as Record<string, unknown>;
  return (
    typeof pair === 'number' &&
    (left === 'a' || left === 'b') &&
    typeof pairName === 'string' &&
    (choice === 'a' || choice === 'b' || choice === 'tie') &&
    typeof at === 'string' &&
    typeof secondsWatched === 'number'
  );
}
