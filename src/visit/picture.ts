import type { Frame, Page } from '@playwright/test';
import { bundle } from '../double/bundle.ts';
import { mask, type Secret } from '../masking/mask.ts';
import { bounded } from '../recorder/bounded.ts';

const COVERED = 'data-ttq-covered';

/** Milliseconds in total: the visit is over, and somebody is waiting. */
const PATIENCE = 5_000;

/** A page may keep changing while it is examined. */
const TRIES = 3;

/**
 * A picture of the page where a visit broke off, as a PNG. Typed text, and every text that the evidence would mask, is covered by
 * a black box.
 *
 * @returns undefined if the page does not answer in time, or keeps showing more than was covered
 */
export function pictureOf(page: Page, secrets: readonly Secret[]): Promise<Buffer | undefined> {
  return bounded(
    covered(page, secrets).catch(() => undefined),
    PATIENCE,
    undefined,
  );
}

async function covered(page: Page, secrets: readonly Secret[]): Promise<Buffer | undefined> {
  await coverAll(page, secrets);
  for (let tries = 0; tries < TRIES; tries++) {
    const picture = await page.screenshot({
      mask: page.frames().map((frame) => frame.locator(`[${COVERED}]`)),
      maskColor: '#000',
      caret: 'hide',
      timeout: PATIENCE,
    });
    // What appeared between covering and taking the picture may be in it.
    if ((await coverAll(page, secrets)) === 0) return picture;
  }
  return undefined;
}

/** @returns how much was newly covered */
async function coverAll(page: Page, secrets: readonly Secret[]): Promise<number> {
  const counts = await Promise.all(page.frames().map((frame) => cover(frame, secrets)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function cover(frame: Frame, secrets: readonly Secret[]): Promise<number> {
  try {
    await frame.evaluate(bundle(new URL('./page/cover', import.meta.url)));
    const { texts, fields } = await frame.evaluate<Look>('window.__ttqCover.look()');
    const telling = texts.flatMap((text, index) => (isTelling(text, secrets) ? [index] : []));
    await frame.evaluate(`window.__ttqCover.cover([${telling}])`);
    return fields + telling.length;
  } catch (error) {
    if (!frame.parentFrame()) throw error;
    return coverWhole(frame);
  }
}

interface Look {
  texts: string[];
  fields: number;
}

/** Covers a whole frame that does not answer. One that has gone shows nothing. */
async function coverWhole(frame: Frame): Promise<number> {
  const place = await frame.frameElement().catch(() => undefined);
  if (!place) return 0;
  const isNew = await place.evaluate((element, name) => {
    const isBare = !element.hasAttribute(name);
    element.setAttribute(name, '');
    return isBare;
  }, COVERED);
  return Number(isNew);
}

function isTelling(text: string, secrets: readonly Secret[]): boolean {
  return mask(text, [...secrets]) !== text;
}
