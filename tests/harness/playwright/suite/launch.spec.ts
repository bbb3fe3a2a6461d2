import { expect, test } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** What a file says of launching takes the place of all that was said before. */
const executablePath = findBrowser()?.path;
test.use({
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--ignore-certificate-errors-spki-list=dGhlaXJz'],
  },
});

test('launchOptions of a file keep the key of the double', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toHaveSent('ViewContent');
});
