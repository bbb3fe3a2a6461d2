import type { Browser } from '@playwright/test';

const own = new WeakMap<Browser, Promise<string>>();

/**
 * A user agent that ends with a product token of the visit, so that no other visit has the same.
 *
 * @param wanted the user agent before it; by default the browser's own
 */
export async function userAgentOf(browser: Browser, visit: string, wanted?: string): Promise<string> {
  return `${wanted ?? (await ownOf(browser))} ttq-visit/${visit.slice(0, 8)}`;
}

function ownOf(browser: Browser): Promise<string> {
  const known = own.get(browser) ?? ask(browser);
  own.set(browser, known);
  return known;
}

async function ask(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(() => navigator.userAgent);
  } finally {
    await page.close();
  }
}
