import { randomBytes } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import type { Double } from '../../src/double/server.ts';
import type { Step, Target } from '../../src/target/target.ts';
import type { PlannedVisit } from '../../src/visit/plan.ts';
import { absolute, selectorOf } from '../../src/visit/steps.ts';

/** The journey as any Playwright test would make it, without recording. */
export async function plainVisit(
  { browser, double, target }: { browser: Browser; double: Double; target: Target },
  plan: PlannedVisit,
): Promise<void> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, proxy: double.proxy });
  try {
    const page = await context.newPage();
    const clickId = `E.C.P.${randomBytes(192).toString('base64url')}`;
    const start = plan.clickUrl?.replaceAll('{ttclid}', clickId) ?? plan.journey.start;
    await page.goto(absolute(start, target), { waitUntil: 'load' });
    for (const step of plan.journey.steps) await perform(step, page, target);
    await page.goto('about:blank');
  } finally {
    await context.close();
  }
}

async function perform(step: Step, page: Page, target: Target): Promise<void> {
  const selector = selectorOf(step);
  const element = page.locator(selector ?? 'html').first();
  if (selector !== undefined) await element.waitFor();
  if ('click' in step) {
    await element.click();
    await page.waitForLoadState('load');
  } else if ('fill' in step) {
    await element.fill(replaceIdentity(step.with, target));
  } else if ('select' in step) {
    await element.selectOption(step.with);
  } else if ('press' in step) {
    await page.keyboard.press(step.press);
  } else if ('goto' in step) {
    await page.goto(absolute(step.goto, target), { waitUntil: 'load' });
  } else if ('reload' in step) {
    await page.reload({ waitUntil: 'load' });
  } else if ('back' in step) {
    await page.goBack({ waitUntil: 'load' });
  }
}

function replaceIdentity(text: string, { identity }: Target): string {
  return text.replace(
    /\{(email|phone|externalId)\}/g,
    (all, part: keyof Target['identity']) => identity[part] ?? all,
  );
}
