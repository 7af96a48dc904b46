/**
 * A blind preference test between two makers of films: pairs are shown in an order and with sides that chance decides,
 * names stay hidden, and what the votes say is told with how sure they can be. Ties are counted and left out of the
 * test, as in a sign test (Dixon and Mood, 1946).
 */

export type Choice = 'a' | 'b' | 'tie';

export interface Showing {
  /** Which pair, from 0. */
  readonly pair: number;
  /** Whose film stands on the left. */
  readonly left: 'a' | 'b';
}

export interface Vote extends Showing {
  readonly pairName: string;
  readonly choice: Choice;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly secondsWatched: number;
}

export interface Verdict {
  readonly votes: number;
  readonly a: number;
  readonly b: number;
  readonly ties: number;
  /** Times the left film was preferred: far from half of a + b, the votes say more about the page than about the films. */
  readonly left: number;
  /** Share of A among those who preferred one, with its 95 % interval (Wilson, 1927); null without such votes. */
  readonly share: { readonly a: number; readonly low: number; readonly high: number } | null;
  /** Two-sided exact binomial test against "no preference"; null without such votes. */
  readonly p: number | null;
}

/** Every pair `rounds` times, sides balanced between rounds where there are two. */
export function drawShowings(pairs: number, rounds: number, random: () => number): readonly Showing[] {
  const first = Array.from({ length: pairs }, () => random() < 0.5);
  const all = Array.from({ length: rounds }, (_, round) =>
    shuffled(
      first.map((swap, pair): Showing => ({ pair, left: swap !== (round % 2 === 1) ? 'a' : 'b' })),
      random,
    ),
  );
  return all.flat();
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}

export function judge(votes: readonly Vote[]): Verdict {
  const count = (choice: Choice) => votes.filter((vote) => vote.choice === choice).length;
  const [a, b, ties] = [count('a'), count('b'), count('tie')];
  const left = votes.filter((vote) => vote.choice === vote.left).length;
  const n = a + b;
  return {
    votes: votes.length,
    a,
    b,
    ties,
    left,
    share: n === 0 ? null : { a: a / n, ...wilson(a, n) },
    p: n === 0 ? null : signTest(a, b),
  };
}

/** Probability of a split at least this uneven when nobody prefers anything. */
export function signTest(a: number, b: number): number {
  const n = a + b;
  const fewer = Math.min(a, b);
  // In logarithms: 2^-n is 0 for a few thousand votes.
  let log = -n * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(log);
    log += Math.log(n - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * sum);
}

function wilson(successes: number, n: number): { readonly low: number; readonly high: number } {
  const z = 1.959964;
  const p = successes / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: middle - half, high: middle + half };
}

/**
 * Films of two makers, put together by what their names have in common: the stem before the last `-` or `.` that names
 * the maker, else simply in order.
 */
export function pairUp<F extends { readonly name: string }>(
  a: readonly F[],
  b: readonly F[],
): {
  readonly pairs: readonly { readonly name: string; readonly a: F; readonly b: F }[];
  readonly left: readonly F[];
} {
  const byName = (files: readonly F[]) =>
    [...files].sort((x, y) => x.name.localeCompare(y.name, 'en', { numeric: true }));
  const [first, second] = [byName(a), byName(b)];
  const sameNames = first.filter((file) => second.some((other) => stem(other.name) === stem(file.name)));
  if (sameNames.length > 0) {
    const pairs = sameNames.map((file) => ({
      name: stem(file.name),
      a: file,
      b: second.find((other) => stem(other.name) === stem(file.name)) as F,
    }));
    const used = new Set(pairs.flatMap((pair) => [pair.a, pair.b]));
    return { pairs, left: [...first, ...second].filter((file) => !used.has(file)) };
  }
  const count = Math.min(first.length, second.length);
  return {
    pairs: first.slice(0, count).map((file, i) => ({ name: stem(file.name), a: file, b: second[i] as F })),
    left: [...first.slice(count), ...second.slice(count)],
  };
}

function stem(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}

export function votesAsCsv(
  votes: readonly Vote[],
  names: { readonly a: string; readonly b: string },
): string {
  const rows = votes.map((vote) => [
    vote.at,
    vote.pairName,
    names[vote.left],
    names[vote.left === 'a' ? 'b' : 'a'],
    vote.choice === 'tie' ? '' : names[vote.choice],
    vote.secondsWatched.toFixed(1),
  ]);
  return [['at', 'pair', 'left', 'right', 'preferred', 'seconds'], ...rows]
    .map((row) => row.map(quoted).join(','))
    .join('\r\n');
}

function quoted(cell: string): string {
  // What begins like a formula would be one in a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
