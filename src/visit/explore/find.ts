import type { Frame, Locator, Page } from '@playwright/test';
import { NUMBERED_PATH, PICTURED_PATH, PRODUCT_PATH } from './words.ts';

/** Most elements of a kind that are examined: a page may have thousands of links. */
const MOST = 150;
/** Characters of the longest label of a button. */
const LONGEST_LABEL = 60;

export type Role = 'button' | 'link' | 'checkbox';

/**
 * The selector of the first visible element with one of the roles whose name matches; earlier patterns come first.
 *
 * @param not the selector of elements to leave out
 */
export async function findNamed(
  page: Page | Frame,
  roles: readonly Role[],
  patterns: readonly RegExp[],
): Promise<string | undefined> {
  for (const pattern of patterns)
    for (const role of roles) {
      const named = page.getByRole(role, { name: pattern });
      for (const element of (await named.all()).slice(0, MOST)) {
        if (!(await element.isVisible()) || !(await element.isEnabled())) continue;
        const name = await nameOf(element, role);
        if (name !== undefined) return `role=${role}[name=${JSON.stringify(name)}]`;
      }
    }
  return roles.includes('button') ? findUnnamed(page, patterns) : undefined;
}

/** What looks like a button and does not say that it is one. */
const ROLELESS =
  ':is(a:not([href]), [onclick], [tabindex="0"], [class*=btn], [class*=button]):not(button, input, select, textarea, label, [role], [href], :has(button, input, a[href], [role=button]))';

/** The selector of the first visible element that can be clicked, has no role, and is labelled so. */
async function findUnnamed(page: Page | Frame, patterns: readonly RegExp[]): Promise<string | undefined> {
  const texts = await page
    .locator(ROLELESS)
    .evaluateAll((elements: { tagName: string; innerText: string }[]) =>
      elements.map(({ tagName, innerText }) => ({ tag: tagName.toLowerCase(), text: innerText.trim() })),
    );
  for (const pattern of patterns)
    for (const { tag, text } of texts.slice(0, MOST)) {
      if (text === '' || text.length > LONGEST_LABEL || !pattern.test(text)) continue;
      const selector = `${tag}:text-is(${JSON.stringify(text)})`;
      if (await page.locator(selector).first().isVisible()) return selector;
    }
  return undefined;
}

/** The selector of the first visible button whose markup, or that of its form, has a name that matches. */
export async function findInMarkup(page: Page, pattern: RegExp): Promise<string | undefined> {
  const buttons = page.getByRole('button');
  const marked = await buttons.evaluateAll((elements: MarkedUp[]) =>
    elements.map(({ attributes, form }) =>
      [...attributes, ...(form?.attributes ?? [])]
        .filter(({ name }) => /^(id|name|class|action|formaction|data-.*)$/.test(name))
        .map(({ value }) => value),
    ),
  );
  for (const [index, names] of marked.entries()) {
    if (!names.some((name) => pattern.test(name))) continue;
    const element = buttons.nth(index);
    if ((await element.isVisible()) && (await element.isEnabled()))
      return (await findRole(element))?.selector;
  }
  return undefined;
}

/** The part of a button that is used. */
interface MarkedUp {
  attributes: Iterable<{ name: string; value: string }>;
  form?: { attributes: Iterable<{ name: string; value: string }> } | null;
}

/** With the route of a router that keeps it in the hash. */
function pathOf({ pathname, hash }: URL): string {
  return hash.startsWith('#/') ? hash.slice(1) : pathname;
}

/** What is in the middle of a page. */
const CONTENT = ':not(header, nav, footer, header *, nav *, footer *)';

/** Where a list of products has its links, and what their paths are like, the likeliest first. */
const IN_LISTS: readonly [string, RegExp][] = [
  ['a[href]:has(img)', PICTURED_PATH],
  [':is(article, li, td, figure, [class*=card], [class*=product], [class*=item]) a[href]', PICTURED_PATH],
  [':has(> img):not(body, main) a[href]', PICTURED_PATH],
  [':is(h2, h3, h4) a[href]', PICTURED_PATH],
  ['a[href]', NUMBERED_PATH],
];

/** The selector of a link to a product, or of what is clicked instead of one. If its path says nothing, a product is recognised by a list of similar ones. */
export async function findProduct(page: Page): Promise<string | undefined> {
  const link = await findLink(page, PRODUCT_PATH);
  if (link !== undefined) return link;
  for (const [among, path] of IN_LISTS) {
    const found = await findLink(page, path, `${CONTENT} > ${among}`);
    if (found !== undefined) return found;
  }
  return firstSeen(page, '[role=link]:not(a):has(img)');
}

/** The selector of the first visible element, where it has a name. */
async function firstSeen(page: Page, among: string): Promise<string | undefined> {
  for (const element of (await page.locator(among).all()).slice(0, MOST))
    if (await element.isVisible()) return (await findRole(element))?.selector;
  return undefined;
}

const GROUPED = ':is([role=group], [role=radiogroup], fieldset) button';
const SIZE = /^(x{0,3}[sl]|m|pp?|g{1,3}|one size|\d{2}([.,]5)?)$/i;
const AMOUNT = /^[-+−–]$|increase|decrease|quantity|menge|quantit|cantidad|aantal/i;

/** The selector of a button that chooses, such as a size: one of a group, or one that is named like a size. */
export async function findOption(page: Page): Promise<string | undefined> {
  for (const [among, isNamed] of [
    [GROUPED, (name: string) => !AMOUNT.test(name)],
    ['button', (name: string) => SIZE.test(name)],
  ] as const)
    for (const element of (await page.locator(among).all()).slice(0, MOST)) {
      if (!(await element.isVisible()) || !(await element.isEnabled())) continue;
      const found = await findRole(element);
      if (found && isNamed(found.name)) return found.selector;
    }
  return undefined;
}

/** The selector of the first of several buttons that are named like sizes, none of which is chosen. */
export async function findSize(page: Page): Promise<string | undefined> {
  const named: string[] = [];
  for (const element of (await page.locator('button').all()).slice(0, MOST)) {
    if (!SIZE.test(((await element.textContent()) ?? '').trim()) || !(await element.isVisible())) continue;
    const chosen = '[aria-pressed=true], [aria-checked=true], [aria-selected=true], [aria-current=true]';
    if (await element.evaluate((one: { matches(s: string): boolean }, s) => one.matches(s), chosen))
      return undefined;
    const selector = (await element.isEnabled()) ? (await findRole(element))?.selector : undefined;
    if (selector !== undefined) named.push(selector);
  }
  return named.length > 1 ? named[0] : undefined;
}

/** Most buttons that are tried for what they choose. */
const MOST_OPTIONS = 6;

/** The selectors of plain buttons in front of another one, which may be what it waits for. */
export async function findOptionsBefore(button: Locator): Promise<string[]> {
  const found: string[] = [];
  const before = button.locator('xpath=preceding::button[not(ancestor::header or ancestor::nav)]');
  for (const element of (await before.all()).slice(-MOST_OPTIONS)) {
    if (!(await element.isVisible()) || !(await element.isEnabled())) continue;
    const option = await findRole(element);
    if (option && !AMOUNT.test(option.name)) found.push(option.selector);
  }
  return found;
}

/** The accessible name of an element. */
async function nameOf(element: Locator, role: Role): Promise<string | undefined> {
  const found = await findRole(element);
  return found?.role === role ? found.name : undefined;
}

/** An element by its role and accessible name, where it has both. */
export async function findRole(
  element: Locator,
): Promise<{ role: string; name: string; selector: string } | undefined> {
  const [first = ''] = (await element.ariaSnapshot()).split('\n');
  const [, role, quoted] = /^- '?(\w+) ("(?:[^"\\]|\\.)*")/.exec(first) ?? [];
  if (role === undefined || quoted === undefined) return undefined;
  const name = JSON.parse(quoted) as string;
  return { role, name, selector: `role=${role}[name=${JSON.stringify(name)}]` };
}

/** What finds a frame on its page; undefined for the page itself. */
export async function frameSelector(frame: Frame): Promise<string | undefined> {
  if (!frame.parentFrame()) return undefined;
  const element = await frame.frameElement();
  for (const name of ['id', 'title', 'name', 'src']) {
    const value = await element.getAttribute(name);
    // A number that a script made up is another one in the next visit.
    if (value && (name === 'src' || !/\d{3}/.test(value))) return `iframe[${name}=${JSON.stringify(value)}]`;
  }
  return 'iframe';
}

/** The selector of the first visible link to another page of the site whose path matches. `among`: the links to consider. */
export async function findLink(page: Page, path: RegExp, among?: string): Promise<string | undefined> {
  return (await findLinks(page, path, { among, most: 1 }))[0];
}

/** The selectors of the first visible links to different pages. */
export async function findLinks(
  page: Page,
  path: RegExp,
  { among = 'a[href]', most }: { among?: string | undefined; most: number },
): Promise<string[]> {
  const here = new URL(page.url());
  const found = new Map<string, string>();
  for (const link of (await page.locator(among).all()).slice(0, MOST)) {
    const href = (await link.getAttribute('href')) ?? '';
    const url = URL.parse(href, here.href);
    if (url?.host !== here.host || !path.test(pathOf(url)) || pathOf(url) === pathOf(here)) continue;
    if (found.has(pathOf(url)) || !(await link.isVisible())) continue;
    const selector = `a[href=${JSON.stringify(href)}]`;
    // A picture that is not there yet has the same link, and no size.
    const isFirst = await page.locator(selector).first().isVisible();
    found.set(pathOf(url), isFirst ? selector : `${selector} >> visible=true`);
    if (found.size === most) break;
  }
  return [...found.values()];
}
