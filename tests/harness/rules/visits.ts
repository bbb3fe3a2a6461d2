import type { DocumentRecord, Evidence } from '../../../src/evidence/evidence.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { RunRule } from '../../../src/rules/run-rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { judgeRun } from '../../../src/verdict/run.ts';
import type { Verdict, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { AT, all, type Change, clean, cleanTarget, page, set } from './clean.ts';

/** Two correct visits of different visitors: the clean one, and `second`. A case changes one thing in them. */
export interface Visits {
  first?: Change;
  second?: Change;
}

export const FIRST_FILE = 'evidence/first.json';
export const SECOND_FILE = 'evidence/second.json';

/** The clean visit by another visitor from the next click, with other ids. */
function second(change: Change = () => {}): Evidence {
  const text = JSON.stringify(clean())
    .replaceAll(/\b(view|add|checkout|payment)-1\b/g, '$1-2')
    .replaceAll('1001', '1002');
  const evidence: Evidence = JSON.parse(text);
  evidence.clickUrl = '/go/302?ttclid={ttclid}';
  evidence.startedAt = '2026-11-22T09:46:50.000Z';
  change(evidence);
  return evidence;
}

export function evidenceOf({ first, second: other }: Visits): [Evidence, Evidence] {
  return [clean(first), second(other)];
}

/** Each visit judged as by the process that recorded it. */
export function judgedVisits(visits: Visits, target = cleanTarget()): [VisitVerdicts, VisitVerdicts] {
  const [one, other] = evidenceOf(visits);
  return [judgeVisit(one, target, RULES, FIRST_FILE), judgeVisit(other, target, RULES, SECOND_FILE)];
}

export const TODAY = '2026-11-22';

export function judgedRun(
  visits: readonly VisitVerdicts[],
  target: Target,
  rules?: readonly RunRule[],
): Verdict[] {
  return judgeRun(visits, { ...target, today: TODAY }, rules) ?? [];
}

type Event = keyof typeof AT.call & keyof typeof AT.sent;

/** Gives an event another id, in its call and its request; for a purchase, on the server, too. */
export function eventId(event: Event, id: unknown): Change {
  const changes = [set(`${AT.call[event]}/args/2/event_id`, id), set(`${AT.sent[event]}/body/event_id`, id)];
  const server = event === 'Purchase' ? [set(`${AT.server}/body/data/0/event_id`, id)] : [];
  return all(...changes, ...server);
}

/** An external id that the pixel sends from the first page on. */
export function strangersId(value: string): Change {
  return set(`${AT.sent.Pageview}/body/context/user/external_id`, value);
}

/** A call of the server that was tied to no visit. `at`: milliseconds since the start of the first visit. */
export function untied(
  at: number,
  events: string[],
  reason: 'no-visit' | 'several-visits' = 'no-visit',
): Change {
  return (evidence) => {
    const start = Date.parse('2026-11-22T09:45:50.000Z');
    const since = start + at - Date.parse(evidence.startedAt);
    evidence.server.unattributed = [...(evidence.server.unattributed ?? []), { at: since, events, reason }];
  };
}

/** The visitor opens the product's page again, from a cache in the browser, and clicks there: an event as before. */
export function productAgain(
  event: 'ViewContent' | 'AddToCart',
  kept: DocumentRecord['kept'],
  { via = 'link', clicks = true } = {},
): Change {
  return (evidence) => {
    const first = evidence.calls[Number(AT.call[event].split('/')[2])]!;
    const url = evidence.documents[1]!.url;
    evidence.documents.push({ ...page('again', 1000, url, via), ...(kept ? { kept } : {}) });
    if (clicks) evidence.steps.push({ at: 1010, action: 'click', on: 'button', text: '{"click":"button"}' });
    evidence.calls.push({ ...first, document: 'again', at: 1013 });
  };
}
