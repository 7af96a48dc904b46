/** What the policy says of words: under them while they are written, with a way on; and for nobody but others. */
import { expect, test } from 'vitest';
import { keepShot, openPanel, saved, stageReady, writeOwn } from './harness/journey.ts';
import { newId } from '#core/base/ids.ts';
import { openStudio, serveWithServices, type BrowserContext, type Page } from './harness/studio.ts';

const BLOCKED = 'kill all immigrants';
/** No rule names what is wrong with it: the network finds it. */
const ONLY_LEARNED = 'Those immigrants are ruining our country, get rid of them.';

const marked = (page: Page) => page.locator('[data-testid=script] .finding');
const explained = (page: Page) => page.getByTestId('finding-popover');

/** What is asked for of the network that reads words, by whatever page or worker. */
function readersFiles(context: BrowserContext): string[] {
  const asked: string[] = [];
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('/models/moderation/')) asked.push(pathname);
  });
  return asked;
}

test('words that the policy blocks are marked while they are written, explained, and clear once edited', async () => {
  let asked: readonly string[] = [];
  await using studio = await openStudio({
    gpu: false,
    prepare: async (context) => void (asked = readersFiles(context)),
  });
  const { page } = studio;
  await stageReady(page);
  // From here on nothing leaves this device, and nothing needs to.
  await studio.offline(true);
  await writeOwn(page, `Good morning, and welcome.\n\nWe should ${BLOCKED} now.\n\n${ONLY_LEARNED}`);

  await marked(page).first().waitFor();
  const words = (await marked(page).allInnerTexts()).join(' ');
  expect(words).toContain('kill');
  expect(words).not.toContain('welcome');
  // Not by colour alone: the paragraph's edge has a sign, and the words are described to those who do not see them.
  expect(await page.locator('[data-testid=script] .has-finding').count()).toBe(1);
  expect(await marked(page).first().getAttribute('aria-description')).toMatch(
    /^Not for others as it stands: .+ Rule \w\d/,
  );
  await page
    .getByTestId('wording-line')
    .filter({ hasText: /Wording: \d places? to look at/ })
    .waitFor();

  await page.keyboard.press('F8');
  await explained(page).waitFor();
  const note = await explained(page).innerText();
  expect(note).toContain('Not for others as it stands');
  expect(note).toContain('What would help');
  expect(note).toMatch(/rule [A-Z]\d, /);
  // This device saves data: the rules have read all of it, alone.
  expect(asked).toEqual([]);
  await keepShot(page, 'wording-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(page, 'wording-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  // One's own film is not stopped; it is said what it means for others.
  await page.getByTestId('export').click();
  expect(await page.getByTestId('export-wording').innerText()).toMatch(
    /is not stopped by this.+has to change in 1 place/s,
  );
  expect(await page.getByTestId('export-start').isEnabled()).toBe(true);
  await keepShot(page, 'wording-export');
  await page.getByTestId('export-wording-show').click();
  await explained(page).waitFor();

  // The marked words are selected: what is typed takes their place.
  await page.keyboard.type('help all newcomers');
  await expect.poll(() => marked(page).count(), { timeout: 15_000 }).toBe(0);
  expect(await explained(page).count()).toBe(0);
  expect(await page.getByTestId('wording-line').count()).toBe(0);
  expect(await page.getByTestId('script').innerText()).toContain('help all newcomers');
  await saved(page);
});

test('words on screen and the film’s name are read too, by rules and network, and F8 goes to each in turn', async () => {
  let asked: readonly string[] = [];
  await using studio = await openStudio({
    gpu: false,
    savesData: false,
    async prepare(context) {
      asked = readersFiles(context);
      // Nothing here is about work offline.
      await context.route('**/service-worker.js', (route) => route.abort());
    },
  });
  const { page } = studio;
  await writeOwn(page, ONLY_LEARNED);
  await marked(page).first().waitFor({ timeout: 60_000 });
  expect(asked.filter((path) => path.endsWith('.onnx'))).toHaveLength(1);
  await page.getByTestId('script').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('An ordinary announcement.');
  await expect.poll(() => marked(page).count(), { timeout: 15_000 }).toBe(0);
  await openPanel(page, 'text');
  await page.getByTestId('add-text').click();
  await page.getByTestId('layer-text').fill(`We will ${BLOCKED}`);
  const panel = page.getByTestId('panel');
  await panel.getByTestId('finding').first().waitFor();
  await keepShot(page, 'wording-on-screen');

  const name = page.getByTestId('project-name');
  await name.fill(`Let us ${BLOCKED}`);
  await name.press('Enter');
  await page.getByTestId('name-finding').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await explained(page).waitFor();
  expect(await name.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
  await keepShot(page, 'wording-name');
  await page.keyboard.press('Shift+F8');
  await panel.getByTestId('finding').first().waitFor();

  await panel.getByTestId('layer-text').fill('Welcome');
  await name.fill('A welcome');
  await name.press('Enter');
  await expect.poll(() => page.getByTestId('wording-line').count(), { timeout: 15_000 }).toBe(0);
});

const PASSWORD = 'a few words are easy';
const THREAT = 'I will find you and I will kill you and your family tonight.';

/** Makes an account on the page that asks for one. */
async function signUp(page: Page, email: string): Promise<void> {
  await page.getByTestId('sign-in').waitFor();
  await page.getByRole('radio', { name: 'New account' }).click();
  await page.getByTestId('account-email').fill(email);
  await page.getByTestId('account-password').fill(PASSWORD);
  await page.getByTestId('account-enter').click();
  await page.getByTestId('sign-in').waitFor({ state: 'detached' });
}

test('a film’s words are asked about, rejected with a reason, appealed, and approved by someone else', async () => {
  await using served = await serveWithServices();
  const { accounts } = served.services.repositories;
  const openAs = (path: string) => openStudio({ gpu: false, address: served.address, path });

  // The author, who is told what a person would have to look at, and asks one.
  await using author = await openAs('/my-cases');
  await signUp(author.page, 'author@example.com');
  await author.page.getByTestId('cases-empty').waitFor();
  await author.page.goto(served.address);
  await writeOwn(author.page, THREAT);
  await marked(author.page).first().waitFor();
  await author.page.getByTestId('export').click();
  await author.page.getByTestId('ask-person').click();
  await author.page.getByTestId('asked-person').filter({ hasText: 'A person will look at it.' }).waitFor();
  await author.page.goto(`${served.address}/my-cases`);
  const mine = author.page.getByTestId('my-cases');
  await mine.filter({ hasText: /A decision is promised by .+, due in \d+ h/ }).waitFor();

  const reviewerOf = async (email: string) => {
    const reviewer = await openAs('/reviews');
    await signUp(reviewer.page, email);
    // Not one yet: they are told so, and see nothing.
    await reviewer.page.getByTestId('review-trouble').waitFor();
    expect(await reviewer.page.getByTestId('review-queue').count()).toBe(0);
    const found = await accounts.accountByEmail(email);
    if (!found) throw new Error('no account');
    await accounts.joinOperator(found.id, 'reviewer', { organization: newId(), member: newId() });
    await reviewer.page.reload();
    return reviewer;
  };

  // The first reviewer, by keys alone.
  await using first = await reviewerOf('first@example.com');
  const { page } = first;
  await page.getByTestId('case').waitFor();
  expect(await page.getByTestId('case-words').locator('mark').first().innerText()).toContain('kill');
  expect(await page.getByTestId('case-findings').innerText()).toMatch(/rule T\d/);
  await page.keyboard.press('c');
  await page.getByTestId('case').filter({ hasText: 'yours for a quarter of an hour' }).waitFor();
  await keepShot(page, 'reviews-light');
  await page.keyboard.press('r');
  await page.keyboard.type('This threatens a person outright.');
  await keepShot(page, 'reviews-deciding');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('review-empty').waitFor();

  // The author reads why, and appeals: once.
  await author.page.reload();
  await mine.filter({ hasText: 'This threatens a person outright.' }).waitFor();
  await author.page.getByTestId('case-appeal').click();
  await author.page.getByTestId('appeal-words').fill('It is a line from the play that we rehearse.');
  await author.page.getByTestId('appeal-send').click();
  await mine.filter({ hasText: 'Appealed: someone else looks' }).waitFor();
  expect(await author.page.getByTestId('case-appeal').count()).toBe(0);

  // Whoever decided first does not see it again; another does, and decides otherwise.
  await page.reload();
  await page.getByTestId('review-empty').waitFor();
  await using second = await reviewerOf('second@example.com');
  await second.page.getByTestId('case-history').filter({ hasText: 'a line from the play' }).waitFor();
  await second.page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(second.page, 'reviews-dark');
  await second.page.keyboard.press('a');
  await second.page.keyboard.type('Spoken on a stage, and announced as such.');
  await second.page.keyboard.press('Control+Enter');
  await second.page.getByTestId('review-figures').filter({ hasText: '100 %' }).waitFor();

  await author.page.reload();
  await mine.filter({ hasText: 'Approved on appeal, by someone else' }).waitFor();
  await keepShot(author.page, 'my-cases-light');
  await author.page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(author.page, 'my-cases-dark');
});
