import type { Browser } from '@playwright/test';

const own = new WeakMap<Browser, Promise<string>>();

/** The browser's user agent with a product of the visit at its end, so that no other visit has the same. */
export async function userAgentOf(browser: Browser, visit: string): Promise<string> {
  const known = own.get(browser) ?? ask(browser);
  own.set(browser, known);
  return `${await known} ttq-visit/${visit.slice(0, 8)}`;
}

async function ask(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(() => navigator.userAgent);
  } finally {
    await page.close();
  }
}
