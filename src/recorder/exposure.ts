import type { Evidence } from '../evidence/evidence.ts';
import { readMasked } from '../masking/mask.ts';
import { sha256Hex } from '../tiktok/hashing.ts';
import { bounded } from './bounded.ts';
import type { Tab } from './tabs.ts';

/** Milliseconds that a page has to return its text. */
const TEXT = 2_000;

/**
 * The pages that contain one of the server's access tokens. Only the digest and length of a token are known here, so each word of
 * a page's source is compared with them.
 */
export async function pagesWithToken(
  tabs: readonly Tab[],
  { requests }: Evidence['server'],
): Promise<string[]> {
  const tokens = requests.flatMap(({ headers }) => readMasked(headers['access-token'] ?? '') ?? []);
  if (tokens.length === 0) return [];
  const lengths = new Set(tokens.map(({ shape }) => (shape.endsWith('…') ? Number.NaN : shape.length)));
  const digests = new Set(tokens.map(({ sha256 }) => sha256));
  const isToken = (word: string) =>
    (lengths.has(word.length) || (lengths.has(Number.NaN) && word.length >= LONG)) &&
    digests.has(sha256Hex(word));
  const sources = await Promise.all(
    tabs.map(({ navigation }) =>
      bounded(
        navigation.source().catch(() => ''),
        TEXT,
        '',
      ),
    ),
  );
  return tabs.flatMap(({ page }, index) => (wordsOf(sources[index]!).some(isToken) ? [page.url()] : []));
}

/** A mask's shape does not show the length of a longer token. */
const LONG = 60;

/** Text between quotes, spaces, tags and the like. */
function wordsOf(source: string): string[] {
  return [...new Set(source.split(/[\s"'`<>&;,()[\]{}=\\]+/))].filter((word) => word.length >= 8);
}
