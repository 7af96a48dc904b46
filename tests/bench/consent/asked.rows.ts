/**
 * What is asked of a person: flashes, turns of the head, blinks. NO GENUINE ANSWER to a flash or to an asked turn has been
 * seen here. Answers are modelled on people's films: skin lit by a part of the room's light more in the flash's colour, meshes
 * turned in depth. What a film does that nobody asked is real, and is what an attack with a film made before would do.
 */
import { FLASHES, TURNS, type ColorFlash, type HeadTurn } from '#core/policy/consent/challenge.ts';
import { PACE } from '#core/policy/consent/make-challenge.ts';
import { blinksOf, eyesOf } from '#server/services/consent/checks/pictures/blinks.ts';
import { judgeFlash } from '#server/services/consent/checks/pictures/flash.ts';
import { judgeHeadTurns } from '#server/services/consent/checks/pictures/head-turns.ts';
import type { FilmLook, SeenFrame } from '#server/services/consent/checks/pictures/look.ts';
import type { Row } from '../row.ts';
import { random } from './attacks.ts';
import { allLooks } from './eyes.ts';
import { MEDIA, mediaThere } from './films.ts';
import { rateRow } from './rates.ts';

const TRIALS = 300;
const LATE_S = 0.2;

export async function rows(): Promise<readonly Row[]> {
  if (!mediaThere) {
    console.log(`  ${MEDIA} is not here: nothing is asked of anybody.`);
    return [];
  }
  const looks = await allLooks(true);
  const long = looks.map(({ look }) => look).filter(({ durationS }) => durationS >= 8);
  return [...flashRows(long), ...turnRows(long), ...blinkRows(looks)];
}

/** As many flashes as a film has room for, at random times. */
function flashesFor(durationS: number, next: () => number): readonly ColorFlash[] {
  const count = Math.max(1, Math.min(3, Math.floor(durationS / 5)));
  const room = durationS / count;
  return Array.from({ length: count }, (_, i) => {
    const atS = i * room + 1.2 + next() * Math.max(0, room - 3.4);
    const color = FLASHES[Math.floor(next() * 3)] ?? 'red';
    return { kind: 'flash', color, shownAtMs: 1000 * atS, untilMs: 1000 * atS + 5200 };
  });
}

function lit(
  frames: readonly SeenFrame[],
  flashes: readonly ColorFlash[],
  part: number,
  all = false,
): readonly SeenFrame[] {
  return frames.map((frame) => {
    const flash = flashes.find(({ shownAtMs }) => {
      const sinceS = frame.timeS - shownAtMs / 1000 - LATE_S;
      return sinceS >= 0 && sinceS < PACE.flashMs / 1000;
    });
    if (!flash) return frame;
    const gain = (light: SeenFrame['skin'], by: number) =>
      light.map((value, c) =>
        FLASHES[c] === flash.color ? value * (1 + by) : value,
      ) as unknown as SeenFrame['skin'];
    return { ...frame, skin: gain(frame.skin, part), around: gain(frame.around, all ? part : part / 10) };
  });
}

function flashRows(looks: readonly FilmLook[]): readonly Row[] {
  const next = random(11);
  const trial = (
    outcome: string,
    of: (look: FilmLook, flashes: readonly ColorFlash[]) => readonly SeenFrame[],
  ) => {
    let count = 0;
    for (let i = 0; i < TRIALS; i++) {
      const look = looks[i % looks.length] as FilmLook;
      const flashes = flashesFor(look.durationS, next);
      if (judgeFlash(of(look, flashes), flashes, 0).outcome === outcome) count++;
    }
    return count;
  };
  const others = (flashes: readonly ColorFlash[]) =>
    flashes.map((flash) => ({
      ...flash,
      color: FLASHES[(FLASHES.indexOf(flash.color) + 1 + Math.floor(next() * 2)) % 3] ?? 'red',
    }));
  const about = `draws of times and colours on ${looks.length} films of people, ${looks.reduce((sum, { durationS }) => sum + durationS, 0).toFixed(0)} s: not independent`;
  const parts = [0.01, 0.02, 0.04, 0.08];
  return [
    rateRow(
      'APCER flash, a film that answers to nothing: passed',
      trial('passed', ({ frames }) => frames),
      TRIALS,
      about,
    ),
    rateRow(
      'APCER flash, a film that answers to nothing: left to a person',
      trial('unsure', ({ frames }) => frames),
      TRIALS,
      about,
    ),
    rateRow(
      'APCER flash, a film that answers to other colours by 4 %: passed',
      trial('passed', ({ frames }, flashes) => lit(frames, others(flashes), 0.04)),
      TRIALS,
      about,
    ),
    ...parts.flatMap((part) => [
      rateRow(
        `BPCER flash, light by ${100 * part} %: refused`,
        trial('failed', ({ frames }, flashes) => lit(frames, flashes, part)),
        TRIALS,
        'modelled: NO GENUINE FLASH SEEN',
      ),
      rateRow(
        `BPCER flash, light by ${100 * part} %: left to a person`,
        trial('unsure', ({ frames }, flashes) => lit(frames, flashes, part)),
        TRIALS,
        'modelled: NO GENUINE FLASH SEEN',
      ),
    ]),
  ];
}

function turnRows(looks: readonly FilmLook[]): readonly Row[] {
  const next = random(12);
  const asked = (look: FilmLook, count: number): readonly HeadTurn[] =>
    Array.from({ length: count }, (_, i) => {
      const shownAtMs = 1000 * (1 + (i + next()) * Math.max(0.1, (look.durationS - 5) / count));
      return {
        kind: 'turn',
        direction: TURNS[Math.floor(next() * 4)] ?? 'left',
        shownAtMs,
        untilMs: shownAtMs + PACE.turnMs + PACE.arrivalMs,
      };
    });
  const counts = (
    count: number,
    of: (look: FilmLook, turns: readonly HeadTurn[]) => readonly SeenFrame[],
  ) => {
    const outcomes = { passed: 0, unsure: 0, failed: 0, 'not-applicable': 0 };
    for (let i = 0; i < TRIALS; i++) {
      const look = looks[i % looks.length] as FilmLook;
      const turns = asked(look, count);
      outcomes[judgeHeadTurns(of(look, turns), turns, 0).outcome]++;
    }
    return outcomes;
  };
  const about = `draws of times and directions on ${looks.length} films of people who speak and move: not independent`;
  const modelled = 'modelled on their own movement: NO GENUINE ASKED TURN SEEN';
  const [one, three] = [counts(1, ({ frames }) => frames), counts(3, ({ frames }) => frames)];
  return [
    rateRow('APCER head-turns, one asked, a film made before: passed', one.passed, TRIALS, about),
    rateRow('APCER head-turns, one asked, a film made before: left to a person', one.unsure, TRIALS, about),
    rateRow('APCER head-turns, three asked, a film made before: passed', three.passed, TRIALS, about),
    rateRow(
      'APCER head-turns, three asked, a film made before: left to a person',
      three.unsure,
      TRIALS,
      about,
    ),
    ...[15, 20, 30].flatMap((degrees) => {
      const outcomes = counts(1, ({ frames }, turns) => turned(frames, turns, degrees));
      return [
        rateRow(`BPCER head-turns, by ${degrees}°: refused`, outcomes.failed, TRIALS, modelled),
        rateRow(`BPCER head-turns, by ${degrees}°: left to a person`, outcomes.unsure, TRIALS, modelled),
      ];
    }),
  ];
}

/** The person's own movement, and the turn on top: up in 0.6 s after 0.5 s, held for 0.8 s, and back. */
function turned(
  frames: readonly SeenFrame[],
  turns: readonly HeadTurn[],
  degrees: number,
): readonly SeenFrame[] {
  return frames.map((frame) => {
    let { yaw, pitch } = frame;
    for (const { shownAtMs, direction } of turns) {
      const sinceS = frame.timeS - shownAtMs / 1000 - 0.5;
      const by = ((degrees * Math.PI) / 180) * Math.max(0, Math.min(1, sinceS / 0.6, (2 - sinceS) / 0.6));
      yaw += { left: by, right: -by, up: 0, down: 0 }[direction];
      pitch += { left: 0, right: 0, up: -by, down: by }[direction];
    }
    return { ...frame, yaw, pitch };
  });
}

function blinkRows(looks: Awaited<ReturnType<typeof allLooks>>): readonly Row[] {
  const counted = looks.map(({ person, look }) => ({
    id: person.id,
    seconds: look.durationS,
    blinks: blinksOf(eyesOf(look.frames)).length,
  }));
  const seconds = counted.reduce((sum, one) => sum + one.seconds, 0);
  const blinks = counted.reduce((sum, one) => sum + one.blinks, 0);
  return [
    {
      what: 'blinks of people',
      value: (60 * blinks) / seconds,
      unit: 'a minute',
      note: `${blinks} in ${seconds.toFixed(0)} s: ${counted.map((one) => `${one.id} ${one.blinks}`).join(', ')}`,
    },
    {
      what: 'no blink in 40 s, at that rate',
      value: 100 * Math.exp((-40 * blinks) / seconds),
      unit: '%',
      note: 'if blinks come at random; they are then left to a person',
    },
  ];
}
