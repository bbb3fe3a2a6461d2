import type { Frame, Locator, Page } from '@playwright/test';
import { NUMBERED_PATH, PICTURED_PATH, PRODUCT_PATH } from './words.ts';

/** Most elements of a kind that are examined: a page may have thousands of links. */
const MOST = 150;

export type Role = 'button' | 'link' | 'checkbox';

/**
 * The selector of the first visible element with one of the roles whose name matches; earlier patterns come first.
 *
 * @param not the selector of elements to leave out
 */
export async function findNamed(
  page: Page,
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
  return undefined;
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

/** The selector of a link to a product, or of what is clicked in place of one. If its path says nothing, a product is recognised by a list of similar ones. */
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
const SIZE = /^(x{0,3}[sl]|m|one size|\d{2}([.,]5)?)$/i;
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
export async function findLink(page: Page, path: RegExp, among = 'a[href]'): Promise<string | undefined> {
  const here = new URL(page.url());
  for (const link of (await page.locator(among).all()).slice(0, MOST)) {
    const href = (await link.getAttribute('href')) ?? '';
    const url = URL.parse(href, here.href);
    if (url?.host !== here.host || !path.test(pathOf(url)) || pathOf(url) === pathOf(here)) continue;
    if (!(await link.isVisible())) continue;
    const selector = `a[href=${JSON.stringify(href)}]`;
    // A picture that is not there yet has the same link, and no size.
    return (await page.locator(selector).first().isVisible()) ? selector : `${selector} >> visible=true`;
  }
  return undefined;
}
