/**
 * Whether the head turned as asked, when asked. Each turn is measured from how the head was held just before, and counts
 * only in its own time; a film that was made before the directions were drawn turns, if at all, elsewhere.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import type { HeadTurn, TurnDirection } from '#core/policy/consent/challenge.ts';
import { PACE } from '#core/policy/consent/make-challenge.ts';
import { result } from '../sound/result.ts';
import type { SeenFrame } from './look.ts';

const DEGREES = 180 / Math.PI;
/** Turned so far it was meant: presenters who speak with their whole body reach it by themselves now and then, others never. */
const MEANT = 18;
/** And not so far it was not. */
const BY_ITSELF = 8;
/** Before the turn is shown, and while nobody can have seen it. */
const BEFORE_S = 0.8;
const UNSEEN_S = 0.15;
/** A turn is held for so many frames. */
const HELD = 3;
const LATE_MS = 1000;

/** Degrees towards the asked side, of frames in order: the most that was held. Null where the head was not seen. */
export function turnToward(
  frames: readonly SeenFrame[],
  direction: TurnDirection,
  fromS: number,
  untilS: number,
): number | null {
  const towards = ({ yaw, pitch }: SeenFrame) =>
    DEGREES * { left: yaw, right: -yaw, up: -pitch, down: pitch }[direction];
  const between = (from: number, until: number) =>
    frames.filter(({ timeS, points }) => points !== null && timeS >= from && timeS < until);
  const before = between(fromS - BEFORE_S, fromS + UNSEEN_S).map(towards);
  const during = between(fromS + UNSEEN_S, untilS).map(towards);
  if (before.length < 2 || during.length < HELD) return null;
  const rest = before.toSorted((a, b) => a - b)[before.length >> 1] as number;
  let most = -Infinity;
  for (let i = HELD; i <= during.length; i++) most = Math.max(most, Math.min(...during.slice(i - HELD, i)));
  return most - rest;
}

/** Seconds of the film in which a turn is an answer: while it is asked for, and what people and cameras are late. */
export function turnWindow({ shownAtMs, untilMs }: HeadTurn, beganMs: number): readonly [number, number] {
  const lastMs = Math.min(untilMs, shownAtMs + PACE.turnMs + LATE_MS);
  return [(shownAtMs - beganMs) / 1000, (lastMs - beganMs) / 1000];
}

export function judgeHeadTurns(
  frames: readonly SeenFrame[],
  turns: readonly HeadTurn[],
  beganMs: number,
): CheckResult {
  const unit = 'degrees';
  if (turns.length === 0)
    return result('head-turns', 'unsure', null, MEANT, unit, 'No turn of the head was asked for.');
  const answers = turns.map((turn) => ({
    turn,
    degrees: turnToward(frames, turn.direction, ...turnWindow(turn, beganMs)),
  }));
  const seen = answers.flatMap(({ turn, degrees }) => (degrees === null ? [] : [{ turn, degrees }]));
  const least = seen.reduce<(typeof seen)[number] | null>(
    (a, b) => (a && a.degrees <= b.degrees ? a : b),
    null,
  );
  const score = least?.degrees ?? null;
  if (least && least.degrees < BY_ITSELF)
    return result(
      'head-turns',
      'failed',
      score,
      MEANT,
      unit,
      `The head was to turn ${WAYS[least.turn.direction]}, and did not.`,
    );
  if (!least || seen.length < turns.length)
    return result(
      'head-turns',
      'unsure',
      score,
      MEANT,
      unit,
      'The face was not seen while the head was to turn.',
    );
  if (least.degrees < MEANT)
    return result(
      'head-turns',
      'unsure',
      score,
      MEANT,
      unit,
      `The head turned ${WAYS[least.turn.direction]} only a little.`,
    );
  return result('head-turns', 'passed', score, MEANT, unit, 'The head turned as asked, when asked.');
}

const WAYS: Readonly<Record<TurnDirection, string>> = {
  left: 'left',
  right: 'right',
  up: 'up',
  down: 'down',
};
