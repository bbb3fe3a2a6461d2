import type { BrowserContext, BrowserContextOptions } from '@playwright/test';
import type { Target } from '../target/target.ts';

/** What a target says of its visitors' browser, as options of its context. */
export function visitorOptions({ storageState, locale, timezone }: Target): BrowserContextOptions {
  return {
    ...(storageState === undefined ? {} : { storageState }),
    ...(locale === undefined ? {} : { locale }),
    ...(timezone === undefined ? {} : { timezoneId: timezone }),
  };
}

/** Sets the cookies that each visit begins with. */
export async function addCookies(context: BrowserContext, { cookies, baseURL }: Target): Promise<void> {
  if (cookies.length === 0) return;
  const host = new URL(baseURL).hostname;
  await context.addCookies(cookies.map((cookie) => ({ domain: host, path: '/', ...cookie })));
}
