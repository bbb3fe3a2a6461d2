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
