import { getDomain } from 'tldts';
import { addressOf } from './address.ts';
import { remember } from './remember.ts';

// Apart from other addresses: the list of public suffixes is twice the size of the stand-in SDK, which has no use for it.

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
