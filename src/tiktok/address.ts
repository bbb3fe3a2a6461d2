import { remember } from './remember.ts';

const parsed = remember<Readonly<URL> | null>(1_000);

/** The URL in its parts, null for what is none. Rules look into the same ones time and again: it is shared, and read-only. */
export function addressOf(url: string): Readonly<URL> | null {
  return parsed(url, () => URL.parse(url));
}
