import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { text } from '../../tiktok/pixel-request.ts';
import { documentAt, endOf } from '../../views/documents.ts';
import { scriptRequests } from '../../views/events.ts';
import { foreignPart } from '../../views/refusals.ts';
import { finding, firstOfEach, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  twice: ({ pixel, page }: Args<'pixel' | 'page'>) => `Pixel ${pixel} was loaded again on ${page}`,
  'asked-twice': ({ pixel, page }: Args<'pixel' | 'page'>) =>
    `The script of pixel ${pixel} was requested again on ${page}, but not by ttq.load: it is in the page a second time`,
  part: ({ script, page }: Args<'script' | 'page'>) =>
    `${script} is part of ${page} itself, as in a page that was saved while the SDK ran there: the SDK requests the file of its own ` +
    'build, and this copy is unused or runs beside it',
} satisfies Messages;

export const noDuplicateLoad = defineRule({
  id: 'pixel/no-duplicate-load',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'Each pixel id is loaded once per page',
  why: 'A second load empties the queue of calls made on that pixel, and the SDK warns about it.',
  fix: 'Remove one of the two loads: usually the base code is both in the template and in the tag manager.',
  source: 'SDK diagnostic DUPLICATE_PIXEL_CODE; the queue measured on SDK builds of 2024 to 2026',
  messages,
  check(evidence) {
    const loads = evidence.calls.flatMap((call, index) =>
      call.method === 'load' ? [{ ...call, index }] : [],
    );
    const again = askedAgain(evidence);
    const parts = foreignParts(evidence);
    if (loads.length === 0 && again.length + parts.length === 0)
      return { inapplicable: 'ttq.load was never called' };
    const pages = new Map(evidence.documents.map(({ id, url }) => [id, url]));
    const seen = new Set<string>();
    const called = loads.flatMap(({ document, args, index }) => {
      const pixel = text(args[0]);
      const key = `${document} ${pixel}`;
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      const page = pages.get(document) ?? '';
      return [
        finding('twice', `/calls/${index}`, { args: { pixel, page: pathOf(page) }, page, about: { pixel } }),
      ];
    });
    const asked = again
      .filter(({ pixel, page }) => !called.some((one) => one.page === page && one.args.pixel === pixel))
      .map(({ pixel, page, place }) =>
        finding('asked-twice', place, { args: { pixel, page: pathOf(page) }, page, about: { pixel } }),
      );
    return [...called, ...asked, ...parts];
  },
});

/** Parts of an SDK other than the one that runs. One finding for each page. */
function foreignParts(evidence: Evidence): FindingOf<typeof messages>[] {
  const { requests } = evidence;
  const found = requests.flatMap((request, index) => {
    const script = foreignPart(request, evidence);
    const document = script === undefined ? undefined : documentAt(request.at, evidence, '');
    // If another server provided the pixel's script, this may be a part that it requests.
    const isOwn =
      document?.mountedAt !== undefined &&
      scriptRequests(evidence).some(({ at }) => documentAt(at, evidence, '') === document);
    return document && isOwn ? [{ script: script!, page: document.url, place: `/requests/${index}` }] : [];
  });
  return firstOfEach(
    found.map(({ script, page, place }) =>
      finding('part', place, { args: { script, page: pathOf(page) }, page }),
    ),
    ({ args }) => [args.page],
  );
}

/**
 * The second request for one pixel's script in one document, by whatever means, if what was fetched also ran twice. A link that
 * preloads the script, and the browser's guess at what the page will need, load no pixel. A frame makes its own requests, and one
 * of a document that was left at once may arrive when the next document is shown.
 */
function askedAgain(evidence: Evidence): { pixel: string; page: string; place: string }[] {
  const { documents, calls } = evidence;
  // A request does not name its tab: the newest page of any tab counts as its sender.
  const nextOf = (document: DocumentRecord) =>
    documents.find(({ frame, at }) => frame === 'main' && at > document.at)?.at ?? Number.POSITIVE_INFINITY;
  const isWithin = (at: number, document: DocumentRecord) =>
    at >= document.at && at < Math.min(endOf(document, evidence), nextOf(document));
  const askedBy = (document: DocumentRecord) =>
    scriptRequests(evidence)
      .filter(({ pixel, at }) => pixel !== '' && isWithin(at, document))
      .map(({ pixel, status, index }) => ({ pixel, status, place: `/requests/${index}` }));
  return documents.flatMap((document, index) => {
    const before = documents
      .slice(0, index)
      .findLast(({ frame, tab }) => frame === 'main' && tab === document.tab);
    const owes =
      before !== undefined &&
      calls.some((call) => call.document === before.id && call.method === 'load') &&
      askedBy(before).length === 0;
    const hasFrame = documents.some(({ frame, at }) => frame === 'child' && isWithin(at, document));
    if (document.frame !== 'main' || hasFrame || owes) return [];
    const given = askedBy(document).filter(({ status }) => status !== 0 && status < 400);
    return [...Map.groupBy(given, ({ pixel }) => pixel).values()].flatMap((same) =>
      same
        .slice(1, timesRun(same[0]!.pixel, document))
        .map(({ pixel, place }) => ({ pixel, page: document.url, place })),
    );
  });
}

/** Undefined if the elements of its script were not seen. */
function timesRun(pixel: string, { ran }: DocumentRecord): number | undefined {
  return ran && Math.max(1, ran.filter((one) => one === pixel).length);
}
