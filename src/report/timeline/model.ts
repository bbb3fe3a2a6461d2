import type { Evidence } from '../../evidence/evidence.ts';
import { isWithin } from '../../evidence/pointer.ts';
import { UNKNOWN_PROBLEM } from '../../evidence/problem.ts';
import { isClickId } from '../../tiktok/click-id.ts';
import { compareVerdicts, isInconclusive, visitName } from '../../verdict/gate.ts';
import type { ReportedFinding, Verdict, VisitVerdicts } from '../../verdict/verdict.ts';
import { receivedEvents, sentEvents, siteEvents } from '../../views/events.ts';
import { hopsOf, lossOf } from '../../views/hops.ts';
import { sidesOf } from '../../views/pairs.ts';
import { sdkName } from '../sdk-name.ts';
import { folded } from './fold.ts';
import { type Badge, LANES, type Lane, marksOf, type TimelineMark } from './marks.ts';
import { plain, seconds, urlWords } from './words.ts';

/** A visit laid out in time, with the findings of the rules at their places. */
export interface Timeline {
  title: string;
  /** What the visit was made with, in short texts. */
  made: string[];
  /** What a reader should know first. */
  facts: Fact[];
  violations: Violation[];
  /** In order of time; at equal times, in the order of LANES. */
  marks: TimelineMark[];
  joins: Join[];
}

export interface Fact {
  tone: 'good' | 'note' | 'bad';
  text: string;
}

/** A rule that the visit breaks. */
export interface Violation {
  /** From 1; it marks the places of its findings. */
  number: number;
  rule: string;
  severity: Verdict['severity'];
  isWaived: boolean;
  findings: PlacedFinding[];
}

export interface PlacedFinding {
  message: string;
  place: string;
  /** Whether a valid waiver covers it. */
  isWaived: boolean;
  /** Where it is marked, such as `call 3`; undefined if it has no place in a lane. */
  at: string | undefined;
}

/** A line between two marks, by their index. */
export interface Join {
  from: number;
  to: number;
  /** sent: a call and its request; same-id: an event of browser and server; other-id: the same, apparently, under two ids. */
  kind: 'sent' | 'same-id' | 'other-id';
}

/** The timeline of a visit. Pure: the same evidence and verdicts give the same timeline. */
export function timelineOf(evidence: Evidence, visit: VisitVerdicts): Timeline {
  const marks = marksOf(evidence).map(
    (mark): TimelineMark => ({ ...mark, badges: [], count: 1, until: mark.at }),
  );
  const violations = placedViolations(visit, marks);
  const pages = evidence.documents.filter(({ frame }) => frame === 'main').map(({ at }) => at);
  const ordered = inOrder(
    LANES.flatMap((lane) =>
      folded(
        marks.filter((mark) => mark.lane === lane),
        pages,
      ),
    ),
  );
  return {
    title: plain(visitName(visit)),
    made: madeWith(evidence),
    facts: [
      ...breakFacts(evidence),
      ...clickIdFacts(evidence),
      ...callFacts(evidence),
      ...unjudgedFacts(visit),
    ],
    violations,
    marks: ordered,
    joins: joinsOf(evidence, ordered),
  };
}

/** Each lane keeps its own order, even if the clocks of two pages disagree. */
function inOrder(marks: TimelineMark[]): TimelineMark[] {
  const latest = new Map<Lane, number>();
  return marks
    .map((mark) => {
      const time = Math.max(mark.at, latest.get(mark.lane) ?? 0);
      latest.set(mark.lane, time);
      return { mark, time };
    })
    .sort((a, b) => Number(a.mark.lane === 'end') - Number(b.mark.lane === 'end') || a.time - b.time)
    .map(({ mark }) => mark);
}

/** The broken rules, failures first, numbered; adds the numbers to the marks of their findings. */
function placedViolations({ verdicts }: VisitVerdicts, marks: TimelineMark[]): Violation[] {
  const broken = ['fail', 'waived'] as const;
  const sorted = broken.flatMap((outcome) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).sort(compareVerdicts),
  );
  return sorted.map(({ rule, severity, outcome, findings }, index) => {
    const number = index + 1;
    return {
      number,
      rule,
      severity,
      isWaived: outcome === 'waived',
      findings: findings.map((finding) => {
        const isWaived = outcome === 'waived' || isCovered(finding);
        const mark = markAt(finding.place, marks);
        if (mark) addBadge(mark, { number, isWaived });
        const { message, place } = finding;
        return { message: plain(message.split('\n', 1)[0]!, 300), place, isWaived, at: mark && nameOf(mark) };
      }),
    };
  });
}

function isCovered({ waiver }: ReportedFinding): boolean {
  return waiver !== undefined && !waiver.expired;
}

/** The mark for a place, or for the nearest thing that contains it. */
function markAt(place: string, marks: TimelineMark[]): TimelineMark | undefined {
  let [found, length] = [undefined as TimelineMark | undefined, 0];
  for (const mark of marks)
    for (const own of mark.places)
      if (own.length > length && isWithin(place, own)) [found, length] = [mark, own.length];
  return found;
}

/** A finding that is not waived outweighs one that is. */
function addBadge({ badges }: TimelineMark, badge: Badge): void {
  const same = badges.find(({ number }) => number === badge.number);
  if (same) same.isWaived &&= badge.isWaived;
  else badges.push(badge);
}

const SINGULAR: Record<Lane, string> = {
  visitor: 'step',
  pages: 'page',
  calls: 'call',
  requests: 'request',
  server: 'server call',
  end: '',
};

/** For a reader: `call 3`, `page /checkout`, `console at 0.351 s`. */
export function nameOf({ lane, lead, label, at, isBreak }: TimelineMark): string {
  if (isBreak) return 'the end';
  if (lead === 'error' || lead === 'console') return `${lead} at ${seconds(at)} s`;
  if (lane === 'calls' || lane === 'requests' || lane === 'server') {
    if (/^\d/.test(lead)) return `${SINGULAR[lane]} ${lead}`;
  }
  return plain(`${lane === 'end' ? lead : SINGULAR[lane]} ${label}`, 60);
}

function joinsOf(evidence: Evidence, marks: TimelineMark[]): Join[] {
  const at = new Map(marks.flatMap(({ places }, index) => places.map((place) => [place, index] as const)));
  const joins = new Map<string, Join>();
  const add = (one: string, other: string, kind: Join['kind']) => {
    const [from, to] = [at.get(one), at.get(other)];
    if (from !== undefined && to !== undefined) joins.set(`${from} ${to}`, { from, to, kind });
  };
  for (const { call, sent } of siteEvents(evidence))
    for (const { place } of call ? sent : []) add(call!.place, place, 'sent');
  for (const { matched, unlike } of sidesOf(evidence)) {
    for (const { browser, server } of matched)
      for (const { request } of server) add(browser.place, `/server/requests/${request}`, 'same-id');
    for (const { browser, server } of unlike)
      add(browser.place, `/server/requests/${server.request}`, 'other-id');
  }
  return [...joins.values()];
}

function madeWith({ target, documents, startedAt, duration, recorder, fault }: Evidence): string[] {
  const { browser, sdk } = recorder;
  const [first] = documents;
  return [
    target,
    ...(first ? [URL.parse(first.hops[0]?.url ?? first.url)?.host ?? ''] : []),
    `${startedAt.replace('T', ' ').slice(0, 19)} UTC`,
    `${seconds(duration)} s`,
    browser,
    `SDK ${sdk.profile === undefined ? sdkName(sdk) : `${sdk.mode} ${sdk.profile}`}`,
    ...(fault === undefined ? [] : [`Events API: ${fault.kind}`]),
  ].map((text) => plain(text, 80));
}

function breakFacts({ outcome, duration, problem }: Evidence): Fact[] {
  if (outcome === 'complete') return [];
  const why = plain(problem?.message ?? UNKNOWN_PROBLEM, 400);
  return [{ tone: 'bad', text: `Broke off at ${seconds(duration)} s: ${why}` }];
}

function clickIdFacts(evidence: Evidence): Fact[] {
  const { clickId } = evidence;
  const stops = hopsOf(evidence);
  if (clickId === undefined || stops.length === 0) return [];
  const landing = stops.at(-1)!;
  const loss = lossOf(evidence);
  const way = `${stops.length === 1 ? '1 URL' : `${stops.length} URLs`}`;
  if (loss) {
    const { stop, before } = loss;
    const host = before && URL.parse(before.url)?.host;
    const what = stop.state === 'dropped' ? 'lost' : `altered (${stop.change})`;
    const from = before ? `, after ${urlWords(before.url, URL.parse(stop.url)?.host)}` : '';
    const text = `Click id ${what} at URL ${stops.findIndex(({ place }) => place === stop.place) + 1} of ${stops.length}: ${stop.how} to ${urlWords(stop.url, host)}${from}`;
    return [{ tone: 'bad', text: plain(text, 170) }];
  }
  const has = (found: string) => isClickId(found, clickId);
  const sent = sentEvents(evidence).map((event) => event.clickId);
  const received = receivedEvents(evidence).map(({ user }) => user.clickId);
  const all = [...sent, ...received].every(has);
  const where =
    landing.state === 'alive' ? 'alive at the landing page' : `${landing.state} at the landing page`;
  const text = `Click id ${where} (${way}); carried by ${share(sent.filter(has), sent)} pixel events and ${share(received.filter(has), received)} server events`;
  return [{ tone: all ? 'good' : 'note', text }];
}

function share(some: unknown[], all: unknown[]): string {
  return `${some.length} of ${all.length}`;
}

const NAMED = 4;

function callFacts(evidence: Evidence): Fact[] {
  const calls = siteEvents(evidence).filter(({ call }) => call !== undefined);
  if (calls.length === 0) return [{ tone: 'note', text: 'No page view or event was called' }];
  const unsent = calls.filter(({ sent }) => sent.length === 0);
  if (unsent.length === 0)
    return [{ tone: 'good', text: `Each of ${calls.length} page and track calls has its request` }];
  const names = unsent
    .slice(0, NAMED)
    .map(
      ({ event, call }) =>
        `${plain(event, 30) || 'an event without a name'} (call ${call!.place.replace('/calls/', '')})`,
    );
  const rest = unsent.length > NAMED ? ` and ${unsent.length - NAMED} more` : '';
  const text = `No request for ${share(unsent, calls)} page and track calls: ${names.join(', ')}${rest}`;
  return [{ tone: 'note', text }];
}

function unjudgedFacts({ outcome, verdicts }: VisitVerdicts): Fact[] {
  const open = verdicts.filter(isInconclusive);
  if (open.length === 0) return [];
  const names = open.slice(0, NAMED).map(({ rule }) => rule);
  const which = outcome === 'complete' ? `: ${names.join(', ')}${open.length > NAMED ? ', …' : ''}` : '';
  return [
    {
      tone: 'bad',
      text: `${open.length} ${open.length === 1 ? 'rule' : 'rules'} could not be judged${which}`,
    },
  ];
}
