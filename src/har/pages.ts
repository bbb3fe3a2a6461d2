import type { DocumentRecord, RequestRecord } from '../evidence/evidence.ts';
import { decodePixelRequest } from '../tiktok/pixel-request.ts';

/**
 * Documents with what the pixel's own requests show: that the SDK ran there by then, and URLs that a document took later. A
 * document that sent nothing is not known to have the SDK.
 */
export function seenOnWire(
  documents: readonly DocumentRecord[],
  requests: readonly RequestRecord[],
): DocumentRecord[] {
  const seen = documents.map(({ mountedAt: _at, routes: _routes, ...document }): DocumentRecord => document);
  for (const { url, body, at } of requests) {
    const page = decodePixelRequest(url, body)?.page ?? '';
    const document = senderOf(page, at, seen);
    if (!document) continue;
    if (document.mountedAt === undefined) document.mountedAt = at;
    const last = document.routes?.at(-1)?.url ?? document.url;
    if (withoutHash(page) === withoutHash(last)) continue;
    document.routes = [...(document.routes ?? []), { at, url: page }];
  }
  return seen;
}

/** The latest page of that URL; or, for a new route, the latest page of the same site. */
function senderOf(page: string, at: number, documents: DocumentRecord[]): DocumentRecord | undefined {
  const before = documents.filter((document) => document.frame === 'main' && document.at <= at);
  const own = before.findLast(({ url, routes = [] }) =>
    [url, ...routes.map((route) => route.url)].some((one) => withoutHash(one) === withoutHash(page)),
  );
  const origin = URL.parse(page)?.origin;
  return own ?? before.findLast(({ url }) => origin !== undefined && URL.parse(url)?.origin === origin);
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0]!;
}
