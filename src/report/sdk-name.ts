import { createHash } from 'node:crypto';
import type { SdkRecord } from '../evidence/evidence.ts';

/** Such as `double 2026-05 (pixel.js 2.2.1)` or `live (pixel.js 2.2.1, build 1f0c9a3e, fetched 2026-11-28)`. */
export function sdkName(sdk: SdkRecord): string {
  const { mode, profile, upstream, libraries, scripts } = sdk;
  const name = `${mode}${profile === undefined ? '' : ` ${profile}`}${upstream === undefined ? '' : ` via ${upstream}`}`;
  const [fetched] = scripts.flatMap((script) => script.fetched ?? []).sort();
  const build = mode === 'double' ? undefined : buildOf(sdk);
  const details = [
    ...libraries,
    ...(build === undefined ? [] : [`build ${build}`]),
    ...(fetched === undefined ? [] : [`fetched ${fetched.slice(0, 10)}`]),
  ];
  return details.length === 0 ? name : `${name} (${details.join(', ')})`;
}

/** A digest of the chunks, which are the same for every page; a loader is generated for each. */
function buildOf({ scripts }: SdkRecord): string | undefined {
  const chunks = scripts.filter(({ url }) => url.includes('/static/')).map(({ sha256 }) => sha256);
  if (chunks.length === 0) return undefined;
  return createHash('sha256')
    .update([...new Set(chunks)].sort().join())
    .digest('hex')
    .slice(0, 8);
}
