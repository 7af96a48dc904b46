/**
 * A consent as it is recorded in the studio's own dialog, shorter than in life: what is asked is put together here and given
 * by constructor. What is said about the recording is read from the dialog, and from the server where it ended early.
 */
import type { ConsentChallenge, ConsentPrompt } from '#core/policy/consent/challenge.ts';
import type { CheckId, CheckResult } from '#core/policy/consent/checks.ts';
import { PACE } from '#core/policy/consent/make-challenge.ts';
import { codeWords } from '#core/policy/consent/words/words.ts';
import { openPanel, stageReady } from './journey.ts';
import { saveData, type BrowserContext, type Page } from './studio.ts';
import type { OnTheWay } from './trust.ts';

export type Asked = 'code' | 'statement' | 'turn' | 'flash';

/** Shortest round there is in life: a code that nothing replaces counts for so long. */
const LAST_CODE_MS = PACE.shortestRoundMs;
const WORDS_A_CODE = 3;
const LASTS: Readonly<Record<Asked, number>> = {
  code: PACE.codeMs,
  statement: 5000,
  turn: PACE.turnMs,
  flash: PACE.flashMs,
};

/** Codes in the order of the list, none of them twice: what one session asks is said in no other. */
export function challenges(): (asked: readonly Asked[]) => ConsentChallenge {
  const words = codeWords('en').map(([word]) => word);
  let drawn = 0;
  return (asked) => {
    let atMs = 0;
    const starts = asked.map((one) => {
      const shownAtMs = atMs;
      atMs += LASTS[one] + PACE.gapMs;
      return shownAtMs;
    });
    const prompts = asked.map((kind, i): ConsentPrompt => {
      const shownAtMs = starts[i] ?? 0;
      const untilMs = shownAtMs + LASTS[kind] + PACE.arrivalMs;
      switch (kind) {
        case 'code': {
          const next = asked.indexOf('code', i + 1);
          return {
            kind,
            words: words.slice(drawn, (drawn += WORDS_A_CODE)),
            shownAtMs,
            untilMs: starts[next] ?? shownAtMs + LAST_CODE_MS,
          };
        }
        case 'statement':
          return { kind, text: 'My face and my voice may say words that I never said.', shownAtMs, untilMs };
        case 'turn':
          return { kind, direction: 'left', shownAtMs, untilMs };
        case 'flash':
          return { kind, color: 'green', shownAtMs, untilMs };
      }
    });
    return { language: 'en', prompts };
  };
}

const MINUTE_MS = 60_000;

export interface Decided {
  readonly state: string | null;
  readonly checks: readonly Pick<CheckResult, 'check' | 'outcome' | 'reason'>[];
  /** What the dialog said where the recording ended early. */
  readonly trouble: string | null;
}

export function failedOf({ checks }: Decided): readonly CheckId[] {
  return checks.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);
}

/** Makes an account in the form that stands there, wherever that is. */
export async function newAccount(page: Page, email = 'ada@example.com'): Promise<void> {
  const form = page.getByTestId('sign-in');
  await form.waitFor();
  await form.getByRole('radio', { name: 'New account' }).click();
  await form.getByLabel('Name').fill('Ada');
  await form.getByTestId('account-email').fill(email);
  await form.getByTestId('account-password').fill('correct horse battery');
  await form.getByTestId('account-enter').click();
  const trouble = page.getByTestId('sign-in-trouble');
  while ((await form.count()) > 0) {
    if (await trouble.isVisible()) throw new Error(await trouble.innerText());
    await page.waitForTimeout(50);
  }
}

/** Another tab of the studio, in which the dialog asks what the consent is for. */
export async function opened(
  context: BrowserContext,
  address: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  await saveData(page);
  await page.goto(address);
  await stageReady(page);
  // The project is open in the tab before, whose dialog stays as it is.
  const elsewhere = page.getByTestId('elsewhere');
  await elsewhere.getByRole('button').click();
  await elsewhere.waitFor({ state: 'detached' });
  await openPanel(page, 'presenter');
  await page.getByTestId('record-consent').click();
  await page.getByTestId('consent-begin').waitFor();
  return page;
}

/** From what it is for to the camera. @returns the session's id */
export async function begin(page: Page): Promise<string> {
  const begun = page.waitForResponse(
    (answer) => /\/api\/consents$/.test(answer.url()) && answer.status() === 201,
  );
  await page.getByTestId('consent-begin').click();
  const { id } = (await (await begun).json()) as { readonly id: string };
  return id;
}

/** From the camera to what came of it. */
export async function recorded(page: Page, id: string): Promise<Decided> {
  await page.getByTestId('consent-record').click({ timeout: MINUTE_MS });
  const result = page.getByTestId('consent-result');
  const failed = page.getByTestId('consent-failed');
  await result
    .or(failed)
    .first()
    .waitFor({ timeout: 5 * MINUTE_MS });
  const trouble = (await failed.isVisible()) ? await failed.innerText() : null;
  const answer = await page.request.get(new URL(`/api/consents/${id}`, page.url()).href);
  const { state, results } = (await answer.json()) as {
    readonly state: string;
    readonly results: readonly CheckResult[];
  };
  if (trouble !== null) return { state, checks: results, trouble };
  const rows = await page.locator('[data-testid^=check-]').all();
  const checks = await Promise.all(
    rows.map(async (row) => ({
      check: ((await row.getAttribute('data-testid'))?.slice('check-'.length) ?? '') as CheckId,
      outcome: (await row.getAttribute('data-outcome')) as CheckResult['outcome'],
      reason: await row.locator('p').innerText(),
    })),
  );
  return { state: await result.getAttribute('data-state'), checks, trouble };
}

const indexOf = (request: Request): number => Number(/\/chunks\/(\d+)/.exec(request.url)?.[1]);

/** What the server says of a chunk that it has; the app reckons the chain by itself. */
const taken = (index: number): Response => Response.json({ index, receivedAtMs: 0, hash: '0'.repeat(64) });

/**
 * All of it arrives so much later than it came, in its order, the word that it is over too. Whoever sends a chunk is told at
 * once that it is there, so that the next is not late because of this one: how late it is does not hang on the machine.
 */
export function held(lateMs: number): OnTheWay {
  let line: Promise<unknown> = Promise.resolve();
  return async (request, pass) => {
    const { url, method, headers } = request;
    const body = await request.arrayBuffer();
    const wait = new Promise((resolve) => setTimeout(resolve, lateMs));
    const before = line;
    const passed = wait.then(() => before).then(() => pass(new Request(url, { method, headers, body })));
    line = passed.catch(() => undefined);
    return Number.isNaN(indexOf(request)) ? passed : taken(indexOf(request));
  };
}

/** One bit of one chunk. */
export function altered(index: number): OnTheWay {
  return async (request, pass) => {
    if (indexOf(request) !== index) return pass(request);
    const { url, method, headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    body[body.length >> 1] = (body[body.length >> 1] as number) ^ 1;
    return pass(new Request(url, { method, headers, body }));
  };
}

/** One chunk is kept until the next has passed; whoever sends it is told that it is there. */
export function swapped(index: number): OnTheWay {
  let kept: (() => Promise<Response>) | null = null;
  return async (request, pass) => {
    if (indexOf(request) === index) {
      const bytes = await request.arrayBuffer();
      const { url, method, headers } = request;
      kept = () => pass(new Request(url, { method, headers, body: bytes }));
      return taken(index);
    }
    const answer = await pass(request);
    await kept?.();
    kept = null;
    return answer;
  };
}
