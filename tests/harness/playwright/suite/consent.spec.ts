import { expect, test } from '../../../../src/playwright/index.ts';
import { failure, short } from './failure.ts';

/** The shop has a consent banner. */
test.use({
  ttqTarget: {
    pixels: ['CAAAAAAAAAAAAAAAAAA1'],
    consent: { grant: [{ click: '#accept' }], deny: [{ click: '#reject' }] },
    // The double may set its cookies before an answer.
    rules: { 'consent/cookies-before-consent': 'off' },
    timeouts: { settle: 3_000 },
  },
});

test('granted by the steps of the target', async ({ page, ttq }) => {
  await page.goto(ttq.adClick('/banner'));
  await expect(ttq).not.toHaveSent('Pageview', {}, { within: 100 });
  await ttq.consent('grant');
  await expect(ttq).toHaveSent('Pageview', {}, { times: 1 });
  const { scenario, consent, steps } = await ttq.evidence();
  expect(scenario).toBe('ad-click');
  expect(consent.map(({ answer }) => answer)).toEqual(['granted']);
  expect(steps.map(({ action, on }) => `${action} ${on}`)).toEqual(['click button#accept']);
  expect(consent[0]!.at).toBe(steps[0]!.at);
  await expect(ttq).toConform({ only: ['consent/*'] });
});

test('granted on a later page', async ({ page, ttq }) => {
  await page.goto('/banner');
  await page.getByRole('link').click();
  await ttq.consent('grant');
  expect((await ttq.evidence()).scenario).toBe('consent-late');
  await expect(ttq).toConform();
});

test("denied by the test's own page object, after an ad click", async ({ page, ttq }) => {
  await page.goto(ttq.adClick('/banner'));
  await ttq.consent('deny', () => page.getByRole('button', { name: 'Reject' }).click());
  await page.getByRole('link').click();
  expect((await ttq.evidence()).scenario).toBe('consent-denied');
  await expect(ttq).toConform();
});

test('denied, but sent anyway', async ({ page, ttq }) => {
  await page.goto('/banner?broken=ignores-consent');
  await ttq.consent('deny');
  await page.getByRole('link').click();
  const said = await failure(() => short(ttq).toConform());
  expect(said).toContain('consent/nothing-before (blocker)');
  expect(said).toContain('consent/nothing-after-denial (blocker)');
  await page.goto(ttq.adClick('/banner?broken=ignores-consent'));
  expect((await ttq.evidence()).scenario).toBe('consent-denied');
});

test('left alone', async ({ page, ttq }) => {
  await page.goto('/banner');
  await ttq.consent('ignore');
  await expect(ttq).toConform();
  await page.goto('/banner?broken=ignores-consent');
  expect(await failure(() => short(ttq).toConform())).toContain(
    'though the visitor never answered the banner',
  );
});

test('what cannot be answered', async ({ page, ttq }) => {
  await page.context().newPage();
  expect(await failure(() => ttq.consent('grant'))).toContain('No page is open yet');
  await page.context().pages().at(-1)!.goto('/banner');
  expect(await failure(() => ttq.consent('withdraw'))).toContain(
    'ttqTarget.consent has no steps for "withdraw": add them, or say what gives the answer',
  );
  expect(await failure(() => ttq.consent('grant', () => page.click('#no', { timeout: 100 })))).toContain(
    '#no',
  );
  expect((await ttq.evidence()).consent).toEqual([]);
});
