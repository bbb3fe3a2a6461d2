import type { Evidence } from '../evidence/evidence.ts';
import { maskText } from '../masking/mask.ts';
import { bounded } from './bounded.ts';
import type { Tab } from './tabs.ts';

/** Milliseconds for a page to return its storage. */
const ANSWER = 2_000;
const MAX_ENTRIES = 100;

/** What the SDK stores for itself, such as the click id of the tab. */
const OWN_KEY = /^(tt_adInfo|ttoclid)$/;

/** The web storage of the pages; values other than TikTok's own are masked. */
export async function readStorage(
  tabs: readonly Tab[],
  clickId: string | undefined,
): Promise<Evidence['storage']> {
  const expression = `(${entriesOfPage})(${MAX_ENTRIES})`;
  const read = await Promise.all(
    tabs.map(({ navigation }) => bounded(navigation.evaluate(expression) as Promise<Entry[]>, ANSWER, [])),
  );
  return read.flat().map(({ origin, area, key, value }) => ({
    origin,
    area,
    key,
    value: OWN_KEY.test(key) ? value : maskText(value, 'storage'),
    ...(holdsClickId(value, clickId) ? { holdsClickId: true as const } : {}),
  }));
}

/** Whether a stored text contains a click id, as it is or URL-encoded. */
export function holdsClickId(text: string, clickId: string | undefined): boolean {
  return clickId !== undefined && (text.includes(clickId) || text.includes(encodeURIComponent(clickId)));
}

interface Entry {
  origin: string;
  area: 'local' | 'session';
  key: string;
  value: string;
}

interface PageGlobals {
  location: { origin: string };
  localStorage: Record<string, string>;
  sessionStorage: Record<string, string>;
}

/** Runs in the page, where a sandbox or a setting may forbid storage. */
function entriesOfPage(limit: number): Entry[] {
  const { location } = globalThis as unknown as PageGlobals;
  return (['local', 'session'] as const).flatMap((area) => {
    try {
      const storage = (globalThis as unknown as PageGlobals)[`${area}Storage`];
      return Object.entries(storage)
        .slice(0, limit)
        .map(([key, value]) => ({ origin: location.origin, area, key, value: String(value) }));
    } catch {
      return [];
    }
  });
}
