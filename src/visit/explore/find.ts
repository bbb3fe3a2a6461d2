import type { Locator, Page } from '@playwright/test';

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

/** The accessible name of an element. */
async function nameOf(element: Locator, role: Role): Promise<string | undefined> {
  const [first = ''] = (await element.ariaSnapshot()).split('\n');
  const [, quoted] = new RegExp(`^- '?${role} ("(?:[^"\\\\]|\\\\.)*")`).exec(first) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
}

/** The selector of the first visible link to another page of the site whose path matches. `among`: the links to consider. */
export async function findLink(page: Page, path: RegExp, among = 'a[href]'): Promise<string | undefined> {
  const here = new URL(page.url());
  for (const link of (await page.locator(among).all()).slice(0, MOST)) {
    const href = (await link.getAttribute('href')) ?? '';
    const url = URL.parse(href, here.href);
    if (url?.host !== here.host || !path.test(url.pathname) || url.pathname === here.pathname) continue;
    if (await link.isVisible()) return `a[href=${JSON.stringify(href)}]`;
  }
  return undefined;
}
