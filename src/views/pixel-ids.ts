import type { Evidence } from '../evidence/evidence.ts';
import { type PixelIdProblem, pixelIdProblem } from '../tiktok/pixel-id.ts';
import { requestedPixel, text } from '../tiktok/pixel-request.ts';
import { documentAt } from './documents.ts';
import { sentEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** A text that is not a pixel id, where one is wanted. */
export interface MalformedId {
  id: string;
  problem: PixelIdProblem;
  /** URL of its page. */
  page: string;
  place: string;
}

/** How many ids the pages loaded, and the malformed ones among them. What the target names is right, whatever its form. */
export function malformedIds(
  evidence: Evidence,
  { pixels }: { pixels: readonly string[] },
): { given: number; malformed: MalformedId[] } {
  const given = loadedIds(evidence);
  const malformed = given.flatMap(({ id, page, place }) => {
    const problem = pixels.includes(id) ? undefined : pixelIdProblem(id);
    return problem ? [{ id, problem, page, place }] : [];
  });
  return { given: given.length, malformed };
}

/** Every id that a page passed to ttq.load or named in a request for the SDK. */
const loadedIds = perEvidence((evidence): readonly Omit<MalformedId, 'problem'>[] => {
  const pages = new Map(evidence.documents.map(({ id, url }) => [id, url]));
  const loads = evidence.calls.flatMap(({ method, args, document }, index) =>
    method === 'load'
      ? [{ id: text(args[0]), page: pages.get(document) ?? '', place: `/calls/${index}` }]
      : [],
  );
  const requests = evidence.requests.flatMap(({ url, at }, index) => {
    const id = requestedPixel(url);
    // A preload may name no id, and what ttq.load was given is known already.
    if (!id || loads.some((load) => load.id === id)) return [];
    return [{ id, page: documentAt(at, evidence)?.url ?? '', place: `/requests/${index}` }];
  });
  return [...loads, ...requests];
});

/** Every id that was loaded or that an event went to. */
export const pixelsSeen = perEvidence((evidence): ReadonlySet<string> => {
  const sentTo = sentEvents(evidence).map(({ pixel }) => pixel);
  return new Set([...loadedIds(evidence).map(({ id }) => id), ...sentTo].filter(Boolean));
});
