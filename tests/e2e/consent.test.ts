/**
 * Consent as a person records it, in the built app with its trust server, before a camera that the test composes: granted,
 * taken back, and attacks each refused for its own reason. A stream made by a machine cannot turn its head, take the
 * screen's colour, or be a camera, and a voice that was made is no voice of the face: these checks, and no others, are
 * replaced by constructor, and an attack that one of them is there to find meets the real one. What is asked is shorter than
 * in life; the limits are those of life.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckId, CheckResult } from '#core/policy/consent/checks.ts';
import { consentChecks, type CheckSet } from '#server/services/consent/default-checks.ts';
import { CHUNK_LIMITS } from '#server/services/consent/checks/sound/chunks.ts';
import type { ConsentCheck } from '#server/services/consent/evidence.ts';
import {
  altered,
  begin,
  challenges,
  failedOf,
  held,
  opened,
  recorded,
  newAccount,
  swapped,
  type Asked,
  type Decided,
} from './harness/consent.ts';
import { keepShot, stageReady } from './harness/journey.ts';
import { filmOf, mute, performer, reads, type Performance, type Stage } from './harness/performer.ts';
import { bring, made, makeClip, MEDIA_THERE, newPresenter, realMedia } from './harness/presenters.ts';
import { openStudio, saveData, type Page, type Studio } from './harness/studio.ts';
import { serveTrust, type OnTheWay, type ServedTrust } from './harness/trust.ts';

const MINUTE_MS = 60_000;
/** Whoever waits for a tab waits for the others, too. */
const LONG_MS = 10 * MINUTE_MS;
/** Recordings that are made at once: each is mostly waiting. */
const TABS = 2;
/** Small, so that a busy machine has little to draw. */
const VIEWPORT = { width: 1000, height: 640 } as const;
/** pwij3p and swwp2s are one man; the others are others. */
const [PICTURED, HIMSELF, ANOTHER] = ['pwij3p.mpg', 'swwp2s.mpg', 'bbaf2n.mpg'];

/** What no made stream can pass, and why nothing is lost by saying so here: each has tests of its own. */
const NOT_GENUINE: readonly CheckId[] = [
  'head-turns', // the film does not turn its head when asked
  'flash', // and no light of the screen falls on it
  'real-camera', // a canvas, in a browser that is run by a program
  'lips-in-step', // the face says something else than the voice that was made
  'liveness', // a film that is shown again is what this check is there to find
  'blinks', // three seconds, over and over
];

const HELD_MS = 4500;

interface Act {
  readonly performance: () => Performance;
  readonly asked: readonly Asked[];
  /** Of those above, what this one meets as it is in life. */
  readonly real?: readonly CheckId[];
  readonly onTheWay?: () => OnTheWay;
}
interface Attack extends Act {
  readonly name: string;
  /** Everything that refuses it, and what the first of them says. */
  readonly failed: readonly [CheckId, ...CheckId[]];
  readonly reason: RegExp;
  /** What the reason counts is so much, or more on a busy machine. */
  readonly atLeast?: number;
}

/** The recording that was granted, as it went over the wire. */
const recording: Buffer[] = [];
/** A clip of him with his own voice, made before anybody asked him anything. */
let before: Buffer = Buffer.alloc(0);
const HIM = [HIMSELF ?? ''];
const honest = (): Performance => ({ faces: HIM, says: reads });

/**
 * One is checked at a time, and that takes longest: first one that is soon recorded, long recordings while others are checked,
 * and between them those that are refused unseen.
 */
const ATTACKS: readonly Attack[] = [
  {
    name: 'someone else’s face',
    performance: () => ({ faces: [ANOTHER ?? ''], says: reads }),
    asked: ['code'],
    failed: ['same-face'],
    reason: /is not theirs who consents/,
  },
  {
    name: 'a replay of an earlier session',
    performance: () => ({ film: Buffer.concat(recording), says: mute }),
    asked: ['code', 'statement', 'turn'],
    failed: ['not-seen-before', 'codes', 'codes-on-time'],
    reason: /sound was sent before/,
  },
  {
    name: 'two faces',
    performance: () => ({ faces: [...HIM, ANOTHER ?? ''], says: reads }),
    asked: ['code'],
    failed: ['one-face'],
    reason: /More than one face/,
  },
  {
    name: 'a video with another voice dubbed over',
    performance: () => ({ ...honest(), voice: 'awb' }),
    asked: ['code', 'statement', 'code'],
    real: ['lips-in-step'],
    failed: ['lips-in-step'],
    reason: /does not belong to the lips/,
  },
  {
    name: 'a photo held still',
    performance: () => ({ faces: HIM, says: reads, still: true }),
    asked: ['code', 'turn'],
    real: ['liveness', 'blinks', 'head-turns'],
    failed: ['liveness', 'head-turns'],
    reason: /does not move in itself/,
  },
  {
    name: 'a recording of which a chunk is altered on its way',
    performance: honest,
    asked: ['code'],
    onTheWay: () => altered(1),
    failed: ['chunks'],
    reason: /does not follow the one that came before it/,
  },
  {
    name: 'a stale code: the one before',
    performance: () => ({ faces: HIM, says: (_, earlier) => earlier.at(-1) ?? null }),
    asked: ['code', 'code'],
    failed: ['codes-on-time', 'codes'],
    reason: /arrived after it had been replaced/,
  },
  {
    name: 'a recording whose chunks are reordered',
    performance: honest,
    asked: ['code'],
    onTheWay: () => swapped(1),
    failed: ['chunks'],
    reason: /missing or reordered/,
  },
  {
    name: 'a clip that was recorded before',
    performance: () => ({ film: before, says: mute }),
    asked: ['code'],
    failed: ['codes', 'codes-on-time'],
    reason: /not said\. (Other words were heard|What was heard was not these words)/,
  },
  {
    name: 'silence',
    performance: () => ({ faces: HIM, says: mute }),
    asked: ['code'],
    failed: ['codes', 'codes-on-time'],
    reason: /No words were heard/,
  },
  {
    name: 'a recording of which each chunk is withheld and sent late',
    performance: honest,
    asked: ['code'],
    onTheWay: () => held(HELD_MS),
    failed: ['chunks'],
    reason: /^All of the recording arrived ([\d.]+) s late, too late to count as live/,
    atLeast: HELD_MS / 1000 - CHUNK_LIMITS.aheadS,
  },
];

describe.skipIf(!MEDIA_THERE)('consent', () => {
  let served: ServedTrust;
  let studio: Studio;
  let stage: Stage;
  const meets = new Map<string, readonly CheckId[]>();
  const onTheWay = new Map<string, OnTheWay>();
  const challenge = challenges();
  let [asked, voice]: [readonly Asked[], Performance['voice']] = [[], undefined];
  /** Tabs in which the dialog asks what the consent is for; an attack borrows one. */
  let tabs: Lending<Page>;

  /** The checks of life, less what the session at hand does not meet. */
  function fitted({ list, pictures }: CheckSet): CheckSet {
    const stand = (check: CheckId): CheckResult => ({
      ...{ check, outcome: 'passed', score: 1, threshold: 0, unit: 'test' },
      reason: 'Cannot be genuine in a made stream.',
    });
    const fit = (check: ConsentCheck): ConsentCheck => ({
      answers: check.answers,
      async run(evidence, signal) {
        const real = meets.get(evidence.sessionId) ?? [];
        const stands = (id: CheckId) => NOT_GENUINE.includes(id) && !real.includes(id);
        if (check.answers.every(stands)) return check.answers.map(stand);
        const results = await check.run(evidence, signal);
        return results.map((result) => (stands(result.check) ? stand(result.check) : result));
      },
    });
    return { pictures, list: list.map(fit) };
  }

  let turn: Promise<unknown> = Promise.resolve();
  /** One recording, from the question what it is for to the decision. Two tabs begin one after the other. */
  async function perform(page: Page, act: Act): Promise<Decided> {
    const begun = turn.then(async () => {
      const performance = act.performance();
      stage.act(page, performance);
      [asked, voice] = [act.asked, performance.voice];
      const id = await begin(page);
      meets.set(id, act.real ?? []);
      if (act.onTheWay) onTheWay.set(id, act.onTheWay());
      return id;
    });
    turn = begun.catch(() => undefined);
    return recorded(page, await begun);
  }

  beforeAll(async () => {
    // Opened while the presenter is made: the first who is checked does not wait for them.
    const networks = consentChecks();
    networks.catch(() => undefined); // told to whoever is checked
    served = await serveTrust(
      {
        consent: {
          checks: async () => fitted(await networks),
          challenge() {
            const made = challenge(asked);
            stage.learn(made.prompts, voice);
            return made;
          },
        },
      },
      (request, pass) => {
        const id = /\/api\/consents\/([^/]+)\/(?:chunks\/|finish$)/.exec(request.url)?.[1] ?? '';
        return onTheWay.get(id)?.(request, pass) ?? pass(request);
      },
    );
    studio = await openStudio({
      gpu: false,
      address: served.address,
      viewport: VIEWPORT,
      args: ['--autoplay-policy=no-user-gesture-required'],
      prepare: async (context) => void (stage = await performer(context)),
    });
    const { page } = studio;
    await stageReady(page);
    const picture = makeClip('face.png', '-i', realMedia(`speaking/${PICTURED}`), '-frames:v', '1');
    await newPresenter(page);
    await bring(page, picture, 'someone');
    // Films are made in this thread, as chunks are taken in: none later, while somebody records.
    before = filmOf(HIMSELF ?? '', 2);
    stage.prepare([HIMSELF ?? '', ANOTHER ?? '']);
    expect(await made(page, 6 * MINUTE_MS)).toBeNull();
    await page.getByTestId('presenter-name').fill('The speaker');
    await page.getByTestId('use-presenter').click();
    await page.getByTestId('draft-note').waitFor();
    await orderRefused(page);
    await page.getByTestId('cloud-record-consent').click();
    await page.getByTestId('consent-begin').waitFor();
    const pages: Page[] = [];
    while (pages.length < TABS) pages.push(await opened(studio.context, served.address, VIEWPORT));
    tabs = lending(pages);
  }, 10 * MINUTE_MS);
  afterAll(async () => {
    await studio?.[Symbol.asyncDispose]();
    await served?.[Symbol.asyncDispose]();
  });

  /** A tab in which something went wrong is given to no other. */
  async function tried(attack: Attack): Promise<Decided> {
    const page = await tabs.borrow();
    let state: string | null = null;
    try {
      const decided = await perform(page, attack);
      ({ state } = decided);
      return decided;
    } finally {
      if (state === 'refused') {
        await page.getByTestId('consent-again').click();
        tabs.giveBack(page);
      } else {
        tabs.lose();
      }
    }
  }

  test('is granted to the person themselves', { timeout: 5 * MINUTE_MS }, async () => {
    const decided = await perform(studio.page, {
      performance: honest,
      asked: ['code', 'statement', 'code'],
      onTheWay: () => async (request, pass) => {
        if (request.method === 'PUT') recording.push(Buffer.from(await request.clone().arrayBuffer()));
        return pass(request);
      },
    });
    expect(decided.checks.filter(({ outcome }) => outcome !== 'passed')).toMatchObject([
      { check: 'same-voice', outcome: 'not-applicable' },
    ]);
    expect(decided.state).toBe('granted');
  });

  describe.concurrent('then', () => {
    test(
      'taken back by their link, its receipt is worth nothing in the app',
      { timeout: LONG_MS },
      async () => {
        const { page, context } = studio;
        const link = await page.getByTestId('consent-link').getAttribute('href');
        await page.getByTestId('consent-close').click();
        // Back at the order, which is taken now.
        await page.locator('[data-testid=cloud-plan][data-kind=known]').waitFor();
        expect(await page.getByTestId('cloud-send').isEnabled()).toBe(true);
        await keepShot(page, 'cloud-consented');
        await page.keyboard.press('Escape');
        await page.getByTestId('receipt-note').waitFor();

        const own = await context.newPage();
        await saveData(own);
        await own.goto((link ?? '').slice(0, -3));
        await own.getByTestId('kept-trouble').filter({ hasText: 'not whole' }).waitFor();
        await own.goto(link ?? '');
        await own.locator('[data-testid=kept][data-state=granted]').waitFor();
        await own.getByTestId('withdraw').click();
        await own.getByTestId('kept-sure').click();
        await own.locator('[data-testid=kept][data-state=withdrawn]').waitFor();
        expect(await own.getByTestId('kept-list').innerText()).toMatch(/deleted on/);
        await own.close();
        const list = await served.services.publisher.revocations();
        expect(list.revoked.length).toBe(1);
        // As after a while without the network: the app asks what was taken back meanwhile.
        await page.evaluate(() => dispatchEvent(new Event('online')));
        await page.getByTestId('draft-note').waitFor();
        expect(await page.getByTestId('consent-doubt').innerText()).toMatch(/taken their consent back/);
      },
    );

    test.each(ATTACKS)('$name is refused for its own reason', { timeout: LONG_MS }, async (attack) => {
      const decided = await tried(attack);
      expect(decided.state).toBe('refused');
      expect(new Set(failedOf(decided))).toEqual(new Set(attack.failed));
      const own = decided.checks.find(({ check }) => check === attack.failed[0]);
      expect(own?.reason).toMatch(attack.reason);
      if (attack.atLeast !== undefined)
        expect(Number(attack.reason.exec(own?.reason ?? '')?.[1])).toBeGreaterThanOrEqual(attack.atLeast);
    });
  });
});

/** A film of someone who has not consented, asked for in the cloud: refused in the estimate, before anything is sent. */
async function orderRefused(page: Page): Promise<void> {
  const sent: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== 'GET' && pathname.startsWith('/api/') && !pathname.startsWith('/api/auth/'))
      sent.push(pathname);
  });
  await page.getByTestId('export').click();
  await page.getByTestId('export-dialog').getByRole('radio', { name: 'In the cloud' }).click();
  await page.getByTestId('cloud-sign-in').click();
  await newAccount(page);
  const refused = page.getByTestId('cloud-plan-failed');
  await refused.waitFor();
  expect(await refused.innerText()).toMatch(
    /shows or sounds like a real person whose consent was not recorded with this server\.[\s\S]*Record the consent of “The speaker”/,
  );
  expect(await page.getByTestId('cloud-send').isDisabled()).toBe(true);
  expect(new Set(sent)).toEqual(new Set(['/api/renders/estimate']));
  await keepShot(page, 'cloud-refused');
}

interface Lending<T> {
  /** In the order in which they were asked for. Rejects once all are lost. */
  borrow(): Promise<T>;
  giveBack(one: T): void;
  lose(): void;
}

function lending<T>(all: readonly T[]): Lending<T> {
  const there = [...all];
  let left = all.length;
  const waiting: { readonly take: (one: T) => void; readonly fail: (error: Error) => void }[] = [];
  const settle = () => {
    if (left === 0) for (const { fail } of waiting.splice(0)) fail(new Error('No tab is left.'));
    else if (waiting.length > 0 && there.length > 0) waiting.shift()?.take(there.shift() as T);
  };
  return {
    borrow: () =>
      new Promise<T>((take, fail) => {
        waiting.push({ take, fail });
        settle();
      }),
    giveBack(one) {
      there.push(one);
      settle();
    },
    lose() {
      left--;
      settle();
    },
  };
}
