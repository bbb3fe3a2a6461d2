import type { Evidence } from '../../evidence/evidence.ts';
import { CODES, type CodeKey } from '../../tiktok/events-api/codes.ts';
import { fieldOf } from '../../tiktok/events-api/finding.ts';
import { record, text } from '../../tiktok/pixel-request.ts';
import { contractFindings, fieldName, mergedFindings, type ServerFinding } from '../../views/contract.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { isSameField, strayFields, type WrongLayout, wrongLayouts } from '../../views/layout.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

const messages = {
  refused: ({ event, code, detail, lost }: Args<'event' | 'code' | 'field' | 'detail' | 'lost'>) =>
    `The Events API would refuse ${event} with code ${code}: ${detail}${lost ? `; also lost with it: ${lost}` : ''}`,
  partial: ({ event, detail }: Args<'event' | 'detail', 'field'>) =>
    `The Events API would accept part of the batch (code 20001) and refuse ${event}: ${detail}`,
  answered: ({ event, code, message }: Args<'event' | 'code' | 'message'>) =>
    `The Events API would refuse ${event} with code ${code}: ${message}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const accepted = defineRule({
  id: 'events-api/accepted',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'The Events API accepts what the server sends',
  why: 'A refused request is lost. The service still answers HTTP 200, so nobody notices.',
  fix: 'Fix the field named here, and let the server log every answer whose code is not 0.',
  source: 'TikTok Events API reference, "Report events 2.0"; recorded answers',
  messages,
  stakes: ({ place }) => [place],
  check(evidence) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const refusals = contractFindings(evidence).filter(({ level }) => level === 'reject');
    const layouts = { wrong: wrongLayouts(evidence), strays: strayFields(evidence) };
    const causes = refusals.map((refusal) => ({ refusal, cause: causeOf(refusal, layouts) }));
    const own = causes
      .filter(({ cause }) => cause === undefined)
      .map(({ refusal }) => refusal)
      .filter(({ code, events }) => code !== 'unknown-path' || events.length > 0);
    const findings = [
      ...mergedFindings(own).map(({ first, events }) => refused(first, events, evidence)),
      ...unexplained(refusals, evidence),
    ];
    const elsewhere = causes.flatMap(({ cause }) => cause ?? []);
    if (findings.length > 0 || elsewhere.length === 0) return findings;
    return { inapplicable: `What would be refused is reported by ${listed(elsewhere)}` };
  },
});

/** The rule that reports a refusal; undefined if it is this one. */
function causeOf(
  { code, path, found, request }: ServerFinding,
  { wrong, strays }: { wrong: ReadonlyMap<number, WrongLayout>; strays: readonly ServerFinding[] },
): string | undefined {
  if (code.startsWith('token-')) return 'events-api/token-header';
  if (wrong.has(request)) return 'events-api/layout';
  if (code === 'pii-not-hashed') return 'events-api/hashed';
  const isElsewhere = strays.some(
    (stray) => stray.request === request && isSameField(fieldOf(stray.path), fieldOf(path)),
  );
  return found === 'nothing' && isElsewhere ? 'events-api/layout' : undefined;
}

function refused(first: ServerFinding, events: string[], evidence: Evidence): Found {
  const { code, path, message, place, request } = first;
  const own = receivedEvents(evidence).filter((event) => event.request === request);
  const isPartial = own[0]?.answer.code === CODES.partial.code;
  // event/track is all or nothing.
  const lost = own.map(({ event }) => event).filter((event) => !first.events.includes(event));
  const args = {
    event: events.length > 0 ? eventNames(events) : 'a body without events',
    code: (CODES[code as CodeKey] ?? CODES['invalid-params']).code,
    field: fieldName(path),
    detail: message,
    lost: lost.length > 0 ? eventNames(lost) : '',
  };
  return finding(isPartial ? 'partial' : 'refused', place, {
    args,
    ...(events[0] ? { event: events[0] } : {}),
  });
}

/** Refusals for which the request shows no reason. A fault that the target asked for says nothing about the site. */
function unexplained(refusals: readonly ServerFinding[], evidence: Evidence): Found[] {
  const events = receivedEvents(evidence);
  return evidence.server.requests.flatMap(({ status, answer, fault }, request) => {
    const code = record(answer).code ?? status;
    if (code === 0 || fault !== undefined || refusals.some((one) => one.request === request)) return [];
    const failed = events.filter((event) => event.request === request && !event.taken);
    if (code === CODES.partial.code) return failed.map((event) => partial(event, answer));
    const args = {
      event: failed.length > 0 ? eventNames(failed.map(({ event }) => event)) : 'a body without events',
      code: String(code),
      message: text(record(answer).message),
    };
    return [finding('answered', `/server/requests/${request}`, { args })];
  });
}

function partial({ event, place }: ReceivedEvent, answer: unknown): Found {
  const { failed_events: failed } = record(record(answer).data);
  const index = Number(/\d+$/.exec(place)?.[0]);
  const reason = (failed as unknown[]).map(record).find((one) => one.order_in_batch === index);
  const args = { event: eventNames([event]), detail: text(reason?.error_message) || 'it gives no reason' };
  return finding('partial', place, { args, event });
}
