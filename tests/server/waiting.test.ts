/** How long someone is told to wait, with speeds that are known: what the queue's own constants come to, and more the longer it is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rateToFps } from '#core/base/time.ts';
import { renderSpeed } from '#server/database/schema/render.ts';
import { renderRepository } from '#server/repositories/renders.ts';
import { TURN_S } from '#server/services/renders/fairness.ts';
import { frameWork, kindOfWork } from '#server/services/renders/output.ts';
import { costs } from '#server/services/renders/plan.ts';
import { guessedDurationS } from '#server/services/renders/speed.ts';
import { askFor, filmOf, OUTPUT, type ShownRender } from './harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

const SLOTS = 2;
const FRAME_S = 0.2;
const PROJECT = filmOf(['A few words, and some more of them, so that it takes a while.']);

let trust: Trust;
beforeAll(async () => {
  trust = await openTrust({ env: { RENDER_SLOTS: '0', REQUESTS_PER_MINUTE: '100000' } });
  const work = frameWork(OUTPUT);
  await trust.services.database.queries
    .insert(renderSpeed)
    .values({ kind: kindOfWork(OUTPUT), work, wallS: FRAME_S, cpuS: FRAME_S });
});
afterAll(() => trust.close());

/** What one film is thought to take one worker. */
function workS(): number {
  const durationS = guessedDurationS(PROJECT);
  const drawS = durationS * rateToFps(OUTPUT.rate) * FRAME_S;
  return costs.prepareS + costs.soundS(durationS) + drawS + costs.assembleS(durationS);
}
/** Hands that are there, and never take anything. */
const there = () => renderRepository(trust.services.database.queries).seen('hands', SLOTS);
async function estimated(who: Asker): Promise<number | null> {
  await there();
  const wish = { project: PROJECT, grade: 'final', output: OUTPUT };
  return (await trust.ask<{ waitS: number | null }>(who, 'POST', '/api/renders/estimate', wish)).body.waitS;
}

test('films of one account wait for those before them, and the next is told so before it is asked for', async () => {
  const maker = await trust.person();
  const asked: string[] = [];
  for (let before = 0; before < 4; before++) {
    const told = await estimated(maker);
    // Turns are whole: each film before it is off by half of one at most.
    const most = (before * TURN_S) / 2 / SLOTS + 0.001;
    expect(Math.abs((told ?? NaN) - (before * workS()) / SLOTS)).toBeLessThanOrEqual(most);
    asked.push((await askFor(trust, maker, PROJECT)).id);
  }
  await there();
  const list = (await trust.ask<ShownRender[]>(maker, 'GET', '/api/renders')).body;
  const waits = asked.map((id) => list.find((film) => film.id === id)?.waitS ?? NaN);
  for (const [before, waitS] of waits.entries())
    expect(Math.abs(waitS - (before * workS()) / SLOTS)).toBeLessThanOrEqual(
      (before * TURN_S) / 2 / SLOTS + 0.001,
    );
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(new Set(waits).size).toBe(waits.length);
  for (const id of asked) await trust.ask(maker, 'POST', `/api/renders/${id}/cancel`);
});

test('who comes new waits for a turn of each that came before, and not for all that they have asked for', async () => {
  const told: number[] = [];
  for (let before = 0; before < 4; before++) {
    const other = await trust.person();
    told.push((await estimated(other)) ?? NaN);
    // More than one turn's worth of work.
    await askFor(trust, other, PROJECT);
    await askFor(trust, other, PROJECT);
  }
  const turnS = workS() / Math.round(workS() / TURN_S);
  for (const [before, waitS] of told.entries()) expect(waitS).toBeCloseTo((before * turnS) / SLOTS, 6);
});

test('with nobody there who draws, no number is made up', async () => {
  const someone = await trust.person();
  await renderRepository(trust.services.database.queries).forgetWorkers('hands');
  const wish = { project: PROJECT, grade: 'final', output: OUTPUT };
  const { body } = await trust.ask<{ waitS: number | null }>(someone, 'POST', '/api/renders/estimate', wish);
  expect(body.waitS).toBeNull();
});
