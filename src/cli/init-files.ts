import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step, TargetFile } from '../target/target.ts';
import type { OwnWays } from '../tiktok/own-paths.ts';

/** What is known about a shop after exploring it. */
export interface Found extends Partial<OwnWays> {
  name: string;
  baseURL: string;
  start: string;
  pixels: string[];
  /** The events that its pages sent, except page views. */
  events: string[];
  steps: Step[];
  /** The name of the consent tool, if known. */
  tool?: string;
  consent: { grant?: Step[]; deny?: Step[] };
  /** Whether the last step places an order. */
  hasOrder: boolean;
}

/** Placeholder if no pixel was found: no pixel has this id. */
const NO_PIXEL = 'C0000000000000000000';
/** A fictitious customer: the domain and the number are reserved for examples. */
export const IDENTITY = {
  email: 'test.buyer@example.com',
  phone: '+12025550143',
  firstName: 'Ada',
  lastName: 'Buyer',
};

/** @param file where it is written, absolute */
export function targetText(found: Found, file: string): string {
  return `${JSON.stringify({ $schema: schemaFrom(file), ...targetOf(found) }, null, 2)}\n`;
}

function targetOf({ name, baseURL, start, pixels, steps, consent, ...found }: Found): TargetFile {
  const { grant, deny } = consent;
  const hasConsent = grant !== undefined || deny !== undefined;
  return {
    name,
    baseURL,
    pixels: pixels.length > 0 ? pixels : [NO_PIXEL],
    ...waysOf(found),
    identity: IDENTITY,
    ...(hasConsent ? { consent } : {}),
    ...(deny ? { scenarios: ['organic', 'ad-click', 'consent-denied'] } : {}),
    journeys: [{ name: 'purchase', start, steps, expect: expectedOf(found) }],
  };
}

function waysOf({ pixelHosts = [], pixelPaths = [] }: Partial<OwnWays>): Partial<OwnWays> {
  return {
    ...(pixelHosts.length > 0 ? { pixelHosts } : {}),
    ...(pixelPaths.length > 0 ? { pixelPaths } : {}),
  };
}

/** The events that were sent on the way, and those that an order must cause. */
function expectedOf({
  events,
  hasOrder,
}: Pick<Found, 'events' | 'hasOrder'>): { event: string; count?: number }[] {
  const seen = events.map((event) => ({ event }));
  const hasPurchase = events.some((event) => /^(Purchase|CompletePayment|PlaceAnOrder)$/.test(event));
  return hasOrder && !hasPurchase ? [...seen, { event: 'Purchase', count: 1 }] : seen;
}

/** As an editor resolves it from the file: in the package if it is installed, otherwise in this copy. */
function schemaFrom(file: string): string {
  const installed = 'node_modules/ttq-conformance/dist/src/target/target.schema.json';
  const own = fileURLToPath(new URL('../target/target.schema.json', import.meta.url));
  const path = existsSync(resolve(installed)) ? resolve(installed) : own;
  const from = relative(dirname(file), path).split(sep).join('/');
  return from.startsWith('.') ? from : `./${from}`;
}

export function specText(found: Found): string {
  const { name, baseURL, start, pixels, steps, consent } = found;
  const target = {
    pixels: pixels.length > 0 ? pixels : [NO_PIXEL],
    ...waysOf(found),
    identity: IDENTITY,
  };
  const done = [...(consent.grant ?? []), ...steps].map((step) => `  ${lineOf(step)}`);
  const seen = expectedOf(found).map(({ event, count }) => {
    const times = count === undefined ? '' : `, undefined, { times: ${count} }`;
    return `  await expect(ttq).toHaveSent(${quoted(event)}${times});`;
  });
  return [
    "import { expect, test } from 'ttq-conformance/playwright';",
    '',
    `test.use({ baseURL: ${quoted(baseURL)}, ttqTarget: ${JSON.stringify(target)} });`,
    '',
    `test(${quoted(`${name}: a purchase is tracked`)}, async ({ page, ttq }) => {`,
    `  await page.goto(ttq.adClick(${quoted(start)}));`,
    ...done,
    ...seen,
    '  await expect(ttq).toConform();',
    '});',
    '',
  ].join('\n');
}

/** A step as a call of Playwright's. */
function lineOf(step: Step): string {
  const place = 'frame' in step && step.frame !== undefined ? `.frameLocator(${quoted(step.frame)})` : '';
  const at = (selector: string) => `await page${place}.locator(${quoted(selector)}).first()`;
  if ('click' in step) return `${at(step.click)}.click();`;
  if ('check' in step) return `${at(step.check)}.check();`;
  if ('select' in step) return `${at(step.select)}.selectOption(${quoted(step.with)});`;
  if ('fill' in step) return `${at(step.fill)}.fill(${quoted(filled(step.with))});`;
  return `// ${JSON.stringify(step)}`;
}

function filled(text: string): string {
  return text.replace(/\{(\w+)\}/g, (all, part: string) => IDENTITY[part as keyof typeof IDENTITY] ?? all);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
