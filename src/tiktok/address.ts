import { remember } from './remember.ts';

const parsed = remember<Readonly<URL> | null>(1_000);

/** The URL in its parts, null for what is none. Rules look into the same ones time and again: it is shared, and read-only. */
export function addressOf(url: string): Readonly<URL> | null {
  return parsed(url, () => URL.parse(url));
}

/** Whether two URLs are of one page, whatever their query and fragment. */
export function samePath(one: string, other: string): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  return a !== null && b !== null && a.host === b.host && a.pathname === b.pathname;
}
