import { canonicalEvent } from '../tiktok/event-names.ts';
import type { DigestedEvent } from '../views/digest.ts';
import { pathOf, quoted } from './finding.ts';
import type { RunFinding, RunVisit } from './run-rule.ts';

const CACHES: Readonly<Record<NonNullable<DigestedEvent['kept']>, string>> = {
  'service-worker': "the service worker's cache",
  http: "the browser's cache",
};

type KeptArgs = Record<'event' | 'id' | 'page' | 'cache', string>;

/** `page`: its URL. */
export function keptPageArgs({
  event,
  id,
  page = '',
  cache,
}: Pick<DigestedEvent, 'event' | 'id'> & {
  page?: string | undefined;
  cache: NonNullable<DigestedEvent['kept']>;
}): KeptArgs {
  return { event: canonicalEvent(event), id, page: pathOf(page), cache: CACHES[cache] };
}

/** Describes an event whose page comes from a cache in the browser, with the event_id in it. */
export const keptPage = ({ event, id, page, cache }: KeptArgs) =>
  `${event} on ${page} carries event_id ${quoted(id)} each time the visitor opens the page: the page comes from ${cache}`;

/** Each visitor has and keeps an id of their own: one finding for each event on a page, with all visits that show it. */
export function keptPageFindings<V extends RunVisit>(
  visits: readonly V[],
  isWanted: (row: DigestedEvent) => boolean,
): RunFinding<'kept', KeptArgs, V>[] {
  const rows = visits.flatMap((visit) =>
    visit.digest.events.flatMap((row) =>
      row.kept && isWanted(row) ? [{ visit, row, cache: row.kept }] : [],
    ),
  );
  const alike = Map.groupBy(rows, ({ row: { event, page = '' }, cache }) =>
    JSON.stringify([canonicalEvent(event), pathOf(page), cache]),
  );
  return [...alike.values()].map((same) => {
    const [{ row, cache }] = same as [(typeof same)[number]];
    const [first, ...others] = same.map(({ visit, row: { place, page } }) => ({
      visit,
      place,
      ...(page ? { page } : {}),
    }));
    const args = keptPageArgs({ ...row, cache });
    return { code: 'kept', args, event: args.event, seen: [first!, ...others] };
  });
}
