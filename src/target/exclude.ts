/** Whether the target's `exclude` names a page: it is not part of the site's tracking, such as a login wall. */
export function isExcluded(
  url: string,
  { baseURL, exclude }: { baseURL: string; exclude: readonly string[] },
): boolean {
  const page = URL.parse(url, baseURL);
  return page !== null && exclude.some((pattern) => matches(page, pattern, baseURL));
}

/** A path refers to the site's own host; a whole URL names its host. The query counts if the pattern has one. */
function matches(page: URL, pattern: string, baseURL: string): boolean {
  const isPath = pattern.startsWith('/');
  if (isPath && page.host !== new URL(baseURL).host) return false;
  const place = `${isPath ? '' : page.origin}${page.pathname}`;
  const shown = pattern.includes('?') ? place + page.search : place;
  // A wildcard matches slashes, too.
  const expression = pattern
    .split('*')
    .map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}/?$`, 's').test(shown);
}
