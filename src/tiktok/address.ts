import { getDomain } from 'tldts';
import { remember } from './remember.ts';

const parsed = remember<Readonly<URL> | null>(1_000);

/** A parsed URL, null if it is not valid. Rules parse the same URLs again and again, so it is shared, and read-only. */
export function addressOf(url: string): Readonly<URL> | null {
  return parsed(url, () => URL.parse(url));
}

/** Whether two URLs belong to one page, apart from query and fragment. */
export function samePath(one: string, other: string): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  return a !== null && b !== null && a.host === b.host && a.pathname === b.pathname;
}

const domains = remember<string | null>(1_000);

/** The registrable domain of a URL, such as `shop.example`; null for an IP address and for a name without a dot. */
export function domainOf(url: string): string | null {
  return domains(url, () => getDomain(url, { allowPrivateDomains: true }));
}

/** Whether two URLs belong to one site: to one registrable domain, or to one host if there is none. */
export function sameSite(one: string, other: string): boolean {
  const [a, b] = [one, other].map((url) => domainOf(url) ?? addressOf(url)?.hostname);
  return a === b;
}
