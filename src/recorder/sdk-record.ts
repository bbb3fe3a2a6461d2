import { createHash } from 'node:crypto';
import type { ScriptSource } from '../double/scripts/script.ts';
import type { DoubleRequest } from '../double/server.ts';
import type { RequestRecord, SdkRecord } from '../evidence/evidence.ts';
import type { Sdk } from '../target/target.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { record, text } from '../tiktok/pixel-request.ts';

type ScriptRecord = SdkRecord['scripts'][number];

/** The SDK script that answered a request, and when it was fetched from TikTok; undefined for anything else. */
export function scriptIn(
  { method, url, status, answer }: DoubleRequest,
  fetchedAt: ScriptSource['fetchedAt'],
): ScriptRecord | undefined {
  if (method !== 'GET' || status !== 200 || !new URL(url).pathname.includes(SDK_ROOT)) return undefined;
  const fetched = fetchedAt?.(new URL(url));
  return {
    url,
    status,
    sha256: createHash('sha256').update(answer).digest('hex'),
    ...(fetched === undefined ? {} : { fetched: new Date(fetched).toISOString() }),
  };
}

/** Which SDK ran: what was requested, what the pages received, and what it reports itself. */
export function sdkRecord(sdk: Sdk, scripts: ScriptRecord[], requests: RequestRecord[]): SdkRecord {
  return {
    mode: sdk.mode,
    ...(sdk.mode === 'double' ? { profile: sdk.profile } : {}),
    // Only the host, as an address may contain a password.
    ...(sdk.mode === 'live' && sdk.upstream !== undefined ? { upstream: new URL(sdk.upstream).host } : {}),
    libraries: [...new Set(requests.flatMap(libraryIn))].sort(),
    scripts,
  };
}

function libraryIn({ body }: RequestRecord): string[] {
  const { name, version } = record(record(record(body).context).library);
  return text(name) === '' ? [] : [`${text(name)} ${text(version)}`.trim()];
}
