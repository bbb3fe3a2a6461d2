import type { CallRecord, DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { eventCallStates } from '../../views/owed.ts';
import { absent, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const ttqIsArray = defineRule({
  id: 'pixel/ttq-is-array',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: 'ttq is an array, as in the base code, so the SDK replays the calls made before it arrived',
  why: 'The SDK also takes over a function or an object with a queue, but silently drops every call in it.',
  fix:
    "Use TikTok's base code instead of one modelled on another vendor's: ttq must be an array to which each call is pushed as " +
    '[method, ...arguments] until the SDK arrives.',
  source:
    'Measured on SDK builds of 2025 and 2026: with a function or object with a queue, nothing is sent, not even a Pageview',
  messages: {
    'queue-dropped': ({ page, kind, calls }: Args<'page' | 'kind' | 'calls'>) =>
      `ttq on ${page} is ${kind === 'function' ? 'a function' : 'an object'}, not an array: the SDK dropped ${calls}`,
  },
  check(evidence) {
    const taken = evidence.documents.filter(({ mountedAt }) => mountedAt !== undefined);
    if (taken.length === 0) return { inapplicable: 'The SDK took over no ttq: see pixel/sdk-loads' };
    const dropping = taken.flatMap((document) => {
      const calls = document.ttqIs === undefined ? [] : droppedOn(document, evidence);
      return calls.length === 0 ? [] : [{ document, calls }];
    });
    return [...Map.groupBy(dropping, ({ document }) => pathOf(document.url)).values()].map((same) => {
      const { url: page, ttqIs: kind = '' } = same[0]!.document;
      const place = `/documents/${evidence.documents.indexOf(same[0]!.document)}`;
      const calls = listed(same.flatMap((one) => one.calls.map(inWords)));
      return absent('queue-dropped', place, { args: { page: pathOf(page), kind, calls }, page });
    });
  },
});

/** Other calls lost with the queue, unless the page repeats them when the SDK is there. */
const LASTING = /^(identify|(hold|revoke|grant)Consent|(enable|disable)Cookie)$/;

function droppedOn(document: DocumentRecord, evidence: Evidence): CallRecord[] {
  const events = eventCallStates(evidence)
    .filter((state) => state.document === document && state.because === 'no-array' && !state.isSent)
    .map(({ call }) => call);
  const own = evidence.calls.filter((call) => call.document === document.id && LASTING.test(call.method));
  const others = own.filter(
    ({ queued, method }) => queued && !own.some((later) => !later.queued && later.method === method),
  );
  return [...events, ...others];
}

function inWords({ method, args: [name] }: CallRecord): string {
  return method === 'track' ? `track(${JSON.stringify(name)})` : `${method}()`;
}
