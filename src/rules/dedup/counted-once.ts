import type { Evidence } from '../../evidence/evidence.ts';
import type { Amounts, Conversion, Outcome } from '../../tiktok/dedup.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { type SideCopy, takenOnce } from '../../views/copies.ts';
import { spanOf } from '../../views/event-age.ts';
import { fromKeptPages } from '../../views/kept-pages.ts';
import { finding, listed, quoted } from '../finding.ts';
import { keptPage, keptPageArgs } from '../kept-page.ts';
import {
  type About,
  type Args,
  type Doubt,
  defineRule,
  type FindingOf,
  type Messages,
  type Yield,
} from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';
import { moneyOf } from '../server-side.ts';
import { VALUE_RULES } from '../value-rules.ts';

type Wrong = Exclude<Outcome, 'single' | 'deduplicated' | 'lost'>;

/** `lost`, a copy that was never sent, is left to event/expected and events-api/sent-for-each-conversion. */
const WRONG: readonly string[] = [
  'double-counted',
  'outside-window',
  'name-mismatch',
  'pixel-mismatch',
  'id-reused',
  'uncertain',
] satisfies Wrong[];

/** Several outcomes that yield to the same rules, which are about one of the copies. */
function to(rules: readonly string[], ...yielding: Wrong[]): Yield[] {
  return rules.map((rule) => ({ rule, yielding, sharing: ['place'] }));
}

const YIELDS_TO: readonly Yield[] = [
  ...to(
    [
      'event-id/present',
      'event-id/string',
      'event-id/not-constant',
      'event/not-on-load',
      'event-id/matches-server',
    ],
    'double-counted',
    'uncertain',
  ),
  ...to(['event-id/stable-on-reload', 'events-api/retries'], 'double-counted'),
  ...to(['event/standard-where-custom-was-used'], 'name-mismatch'),
  ...to(['events-api/pixel-matches', 'pixel/expected-id'], 'pixel-mismatch'),
  // Every event of the page went to the malformed id.
  { rule: 'pixel/id-format', yielding: ['pixel-mismatch'], sharing: [] },
  ...to(['event-id/unique', 'event-id/not-constant', 'event-id/not-personal-data'], 'id-reused'),
  // With different values or currencies, one order looks like two.
  ...to(['events-api/parameters-agree', ...VALUE_RULES], 'id-reused', 'uncertain'),
  { rule: 'event/expected', to: ['params'], yielding: ['id-reused', 'uncertain'], sharing: ['place'] },
  {
    rule: 'events-api/layout',
    yielding: ['double-counted', 'uncertain'],
    sharing: ['place', 'field'],
  },
  ...to(
    ['event/expected'],
    'double-counted',
    'outside-window',
    'name-mismatch',
    'id-reused',
    'uncertain',
  ).map((way) => ({ ...way, to: ['count'] })),
  // A refund.
  { rule: 'params/value-not-zero', to: ['negative'], yielding: ['double-counted'], sharing: ['place'] },
  // An event that the target misses altogether may be there under another name.
  {
    rule: 'event/expected',
    to: ['missing'],
    yielding: ['double-counted', 'outside-window', 'name-mismatch', 'id-reused', 'uncertain'],
    sharing: ['event'],
  },
];

const messages = {
  'double-counted': ({ event, times, by, ids, money }: Args<'event' | 'times' | 'by' | 'ids' | 'money'>) =>
    `TikTok counts one ${event} ${times} times: ${by} sent it with event_id ${ids}${money ? `; overcounted: ${money}` : ''}`,
  'outside-window': ({ event, ids, span, money }: Args<'event' | 'ids' | 'span' | 'money'>) =>
    `${event} with event_id ${ids} was sent again ${span} after the first: by then TikTok counts it again${money ? `; overcounted: ${money}` : ''}`,
  'name-mismatch': ({ names, ids, money }: Args<'names' | 'ids' | 'money'>) =>
    `event_id ${ids} was sent under different names, ${names}: TikTok counts both${money ? `; overcounted: ${money}` : ''}`,
  'id-reused': ({ event, ids, money }: Args<'event' | 'ids' | 'money'>) =>
    `${event} carries event_id ${ids}, which belongs to another order: TikTok drops it${money ? `; not counted: ${money}` : ''}`,
  'pixel-mismatch': ({ event, ids, money }: Args<'event' | 'ids' | 'money'>) =>
    `Browser and server sent ${event} with event_id ${ids} to different pixels: TikTok counts both${money ? `; overcounted: ${money}` : ''}`,
  kept: keptPage,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const countedOnce = defineRule({
  id: 'dedup/counted-once',
  severity: 'blocker',
  scenarios: WHOLE_JOURNEY,
  needs: ['server', 'messages'],
  yieldsTo: YIELDS_TO,
  title: 'TikTok counts each conversion once',
  why: 'An event that is counted twice is revenue that was never earned. An event that is dropped is revenue that no campaign is credited with.',
  fix:
    'Give each order one event_id, one event name and one pixel, wherever and however often it is sent, and send every copy within 48 hours. ' +
    'Send pages that contain an event_id with Cache-Control: no-store.',
  source: 'TikTok help centre, "About event deduplication": windows of 5 minutes and 48 hours',
  messages,
  stakes: ({ place }) => [place],
  check(evidence) {
    const { conversions } = takenOnce(evidence);
    if (conversions.length === 0) return { inapplicable: 'No conversion was sent to TikTok' };
    const wrong = conversions.filter(({ outcome }) => WRONG.includes(outcome));
    const others = wrong.filter((one) => keptIn(one, evidence).length === 0);
    return {
      findings: [
        ...wrong.flatMap((one) => keptIn(one, evidence).slice(0, 1)),
        ...others.flatMap((one) => (isCertain(one.outcome) ? [told(one.outcome, one)] : [])),
      ],
      doubts: others.filter(({ outcome }) => outcome === 'uncertain').map(doubted),
    };
  },
  dropped(all) {
    const money = (isOf: (code: string) => boolean, what: string) => {
      const sums = all.flatMap(({ code, about }) => (isOf(code) ? (about?.money ?? []) : []));
      return sums.length > 0 ? [`${sums.join(' and ')} ${what}`] : [];
    };
    const sums = [
      ...money((code) => code !== 'id-reused', 'counted again'),
      ...money((code) => code === 'id-reused', 'dropped'),
    ];
    const count = all.length === 1 ? 'A conversion is' : `${all.length} conversions are`;
    return `${count} not counted once${sums.length > 0 ? ` (${listed(sums)})` : ''}; the cause`;
  },
});

function isCertain(outcome: Outcome): outcome is Wrong & Found['code'] {
  return outcome in messages;
}

/** The copies with the id of an earlier conversion, because their page came from a cache in the browser: no conversion was sent twice. */
function keptIn({ event, copies }: Conversion<SideCopy>, evidence: Evidence): Found[] {
  return fromKeptPages(evidence).flatMap(({ event: again, cache }) => {
    const copy = copies.find(({ place }) => again.sent.some((sent) => sent.place === place));
    if (!copy) return [];
    const { page, place } = copy;
    const args = keptPageArgs({ event, id: String(again.eventId), page, cache });
    return [finding('kept', place, { args, event, page, about: aboutOf(copies, '') })];
  });
}

/** What cannot be decided, as a reason for the verdict. */
const DOUBTS: Record<NonNullable<Conversion['doubt']>, (event: string) => string> = {
  ttp: (event) =>
    `The server sent ${event} without an event_id, but with the browser's _ttp, on which TikTok says it will attempt to deduplicate: ` +
    'both are probably counted, but that is not certain',
  'values-differ': (event) =>
    `Browser and server sent ${event} with the same event_id but different values: it may be one order, or two, one of which is dropped`,
  'look-alike': (event) =>
    `Browser and server each sent ${event}, and nothing in the two shows whether they are the same event`,
};

function doubted({ event, copies, atRisk, doubt = 'look-alike' }: Conversion<SideCopy>): Doubt {
  return {
    code: 'uncertain',
    inconclusive: DOUBTS[doubt](event),
    place: copies[0]!.place,
    event,
    about: aboutOf(copies, shownMoney(atRisk)),
  };
}

function aboutOf(copies: readonly SideCopy[], money: string): About {
  return {
    place: copies.map(({ place }) => place),
    event: copies.map(({ canonical }) => canonical),
    field: 'event_id',
    money: money ? [money] : [],
  };
}

function namedBySide({ event, side }: SideCopy): string {
  return `${event} from the ${side === 'pixel' ? 'browser' : 'server'}`;
}

function shownMoney(amounts: Amounts): string {
  return Object.keys(amounts).length > 0 ? moneyOf(amounts) : '';
}

function told(
  outcome: Wrong & Found['code'],
  { event, copies, groups, excess, lost, displacedBy }: Conversion<SideCopy>,
): Found {
  const money = shownMoney(outcome === 'id-reused' ? lost : excess);
  const last = groups.at(-1)?.kept ?? copies.at(-1)!;
  const args = {
    event,
    times: groups.length,
    by: listed(copies.map(({ side }) => (side === 'pixel' ? 'the browser' : 'the server'))),
    ids: listed(copies.map(({ eventId }) => (isMissing(eventId) ? 'none' : quoted(String(eventId))))),
    names: listed(outcome === 'name-mismatch' ? copies.map(namedBySide) : copies.map((copy) => copy.event)),
    span: spanOf(last.at - copies[0]!.at),
    money,
  };
  const about = aboutOf([...copies, ...(displacedBy ? [displacedBy] : [])], money);
  return finding(outcome, last.place, { args, event, page: last.page, about });
}
