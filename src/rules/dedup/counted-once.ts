import { type Amounts, addAmounts, type Conversion, deduplicate, type Outcome } from '../../tiktok/dedup.ts';
import { canonicalEvent } from '../../tiktok/event-names.ts';
import { eventCopies, type SideCopy } from '../../views/copies.ts';
import { spanOf } from '../../views/event-age.ts';
import { type Cause, causesIn, isAbout } from '../causes.ts';
import { expected } from '../event/expected.ts';
import { notOnLoad } from '../event/not-on-load.ts';
import { standardWhereCustomWasUsed } from '../event/standard-where-custom-was-used.ts';
import { matchesServer } from '../event-id/matches-server.ts';
import { notConstant } from '../event-id/not-constant.ts';
import { notPersonalData } from '../event-id/not-personal-data.ts';
import { present } from '../event-id/present.ts';
import { stableOnReload } from '../event-id/stable-on-reload.ts';
import { string } from '../event-id/string.ts';
import { unique } from '../event-id/unique.ts';
import { layout } from '../events-api/layout.ts';
import { parametersAgree } from '../events-api/parameters-agree.ts';
import { pixelMatches } from '../events-api/pixel-matches.ts';
import { retries } from '../events-api/retries.ts';
import { finding, listed } from '../finding.ts';
import { expectedId } from '../pixel/expected-id.ts';
import { idFormat } from '../pixel/id-format.ts';
import { type Args, defineRule, type FindingOf, type Messages, type Rule } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';
import { moneyOf } from '../server-side.ts';
import { VALUE_RULES } from '../value-rules.ts';

type Wrong = Exclude<Outcome, 'single' | 'deduplicated' | 'lost'>;

/**
 * The rules that report why a conversion comes out so: then it is not reported again. `lost` is none of these outcomes: which
 * copy was never sent is a matter of event/expected and events-api/sent-for-each-conversion.
 */
const CAUSES: Readonly<Record<Wrong, readonly Rule[]>> = {
  'double-counted': [
    present,
    string,
    stableOnReload,
    notConstant,
    notOnLoad,
    matchesServer,
    layout,
    expected,
    retries,
  ],
  'outside-window': [expected],
  'name-mismatch': [standardWhereCustomWasUsed, expected],
  'pixel-mismatch': [pixelMatches, expectedId, idFormat],
  'id-reused': [unique, notConstant, notPersonalData, parametersAgree, expected, ...VALUE_RULES],
  uncertain: [
    present,
    string,
    notConstant,
    notOnLoad,
    matchesServer,
    parametersAgree,
    layout,
    expected,
    ...VALUE_RULES,
  ],
};

const messages = {
  'double-counted': ({ event, times, by, ids, money }: Args<'event' | 'times' | 'by' | 'ids' | 'money'>) =>
    `TikTok counts one ${event} ${times} times: ${by} sent it with event_id ${ids}${money ? `; counted too much: ${money}` : ''}`,
  'outside-window': ({ event, ids, span, money }: Args<'event' | 'ids' | 'span' | 'money'>) =>
    `${event} with event_id ${ids} was sent again ${span} after the first, when TikTok counts it again${money ? `; counted too much: ${money}` : ''}`,
  'name-mismatch': ({ names, ids, money }: Args<'names' | 'ids' | 'money'>) =>
    `Browser and server sent event_id ${ids} under different names, ${names}: TikTok counts both${money ? `; counted too much: ${money}` : ''}`,
  'id-reused': ({ event, ids, money }: Args<'event' | 'ids' | 'money'>) =>
    `${event} carries event_id ${ids} of another order, and TikTok throws it away${money ? `; not counted: ${money}` : ''}`,
  'pixel-mismatch': ({ event, ids, money }: Args<'event' | 'ids' | 'money'>) =>
    `Browser and server sent ${event} with event_id ${ids} to different pixels: TikTok counts both${money ? `; counted too much: ${money}` : ''}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const countedOnce = defineRule({
  id: 'dedup/counted-once',
  severity: 'blocker',
  scenarios: WHOLE_JOURNEY,
  needs: ['server', 'messages'],
  title: 'TikTok counts each conversion once',
  why: 'What is counted twice is revenue that was never earned, what is thrown away is revenue that no campaign is credited with.',
  mend:
    'Give each order one event_id, one event name and one pixel, wherever it is sent from and however often, and send every copy ' +
    'within 48 hours.',
  source: 'TikTok help centre, "About event deduplication": windows of 5 minutes and 48 hours',
  messages,
  check(evidence, target) {
    const copies = eventCopies(evidence).filter(({ taken }) => taken);
    if (copies.length === 0) return { inapplicable: 'TikTok was sent no conversion' };
    const wrong = deduplicate(copies).conversions.filter(({ outcome }) => outcome in CAUSES);
    if (wrong.length === 0) return [];
    const causes = causesIn([...new Set(Object.values(CAUSES).flat())], evidence, target);
    const judged = wrong.map((conversion) => ({ conversion, cause: causeOf(conversion, causes) }));
    const own = judged.filter(({ cause }) => cause === undefined).map(({ conversion }) => conversion);
    const certain = own.flatMap((one) => (isCertain(one.outcome) ? [told(one.outcome, one)] : []));
    if (certain.length > 0) return certain;
    const doubtful = own[0];
    if (doubtful) {
      return {
        inconclusive: `Browser and server sent a ${doubtful.event} each that may be one and the same: nothing in them tells`,
      };
    }
    return { inapplicable: reasonOf(judged) };
  },
});

function isCertain(outcome: Outcome): outcome is Found['code'] {
  return outcome in messages;
}

function causeOf(conversion: Conversion<SideCopy>, causes: readonly Cause[]): string | undefined {
  const rules = CAUSES[conversion.outcome as Wrong].map(({ id }) => id);
  return causes.find((cause) => rules.includes(cause.rule) && explains(cause, conversion))?.rule;
}

function explains({ rule, finding }: Cause, { outcome, copies, displacedBy }: Conversion<SideCopy>): boolean {
  const { code, event = '', args } = finding;
  // An event that the target misses altogether may be there under another name.
  if (rule === expected.id && code === 'missing')
    return copies.some(({ canonical }) => canonical === canonicalEvent(event));
  // By another value or currency, one order looks like two.
  const codes = outcome === 'id-reused' || outcome === 'uncertain' ? ['count', 'params'] : ['count'];
  if (rule === expected.id && !codes.includes(code)) return false;
  // Every event of the page went to it.
  if (rule === idFormat.id) return true;
  if (rule === layout.id && !String(args.field).endsWith('event_id')) return false;
  const places = [...copies, ...(displacedBy ? [displacedBy] : [])].map(({ place }) => place);
  return isAbout(finding, places);
}

function told(outcome: Found['code'], { event, copies, groups, excess, lost }: Conversion<SideCopy>): Found {
  const last = groups.at(-1)?.kept ?? copies.at(-1)!;
  const args = {
    event,
    times: groups.length,
    by: listed(copies.map(({ side }) => (side === 'pixel' ? 'the browser' : 'the server'))),
    ids: listed(copies.map(({ eventId }) => String(eventId ?? '') || 'none')),
    names: listed(copies.map((copy) => copy.event)),
    span: spanOf(last.at - copies[0]!.at),
    money: Object.keys(outcome === 'id-reused' ? lost : excess).length
      ? moneyOf(outcome === 'id-reused' ? lost : excess)
      : '',
  };
  return finding(outcome, last.place, { args, event, page: last.page });
}

function reasonOf(judged: { conversion: Conversion<SideCopy>; cause: string | undefined }[]): string {
  const causes = listed(judged.flatMap(({ cause }) => cause ?? []));
  const sum = (amounts: Amounts[]) => {
    const total = addAmounts(amounts);
    return Object.keys(total).length > 0 ? moneyOf(total) : '';
  };
  const twice = sum(judged.flatMap(({ conversion: { excess, atRisk } }) => [excess, atRisk]));
  const lost = sum(judged.map(({ conversion }) => conversion.lost));
  const money = [...(twice ? [`${twice} counted again`] : []), ...(lost ? [`${lost} thrown away`] : [])];
  const count = judged.length === 1 ? 'A conversion is' : `${judged.length} conversions are`;
  return `${count} not counted once${money.length > 0 ? ` (${listed(money)})` : ''}; the cause is reported by ${causes}`;
}
