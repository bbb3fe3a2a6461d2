import { expect, test } from '../../../../src/playwright/index.ts';
import { findBrowser } from '../../../../src/recorder/browser.ts';

/** The launch options of a file replace all earlier ones. */
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
