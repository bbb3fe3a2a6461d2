import type { Evidence } from '../../evidence/evidence.ts';
import { isWithin } from '../../evidence/pointer.ts';
import type { Target } from '../../target/target.ts';
import { fieldOf } from '../../tiktok/events-api/finding.ts';
import { contractFindings, type ServerFinding, toldOnce } from '../../views/contract.ts';
import { strayFields } from '../../views/layout.ts';
import { disagreeing, pairedPlaces, sidesOf } from '../../views/pairs.ts';
import { causesIn, isAbout } from '../causes.ts';
import { finding } from '../finding.ts';
import { contentId } from '../params/content-id.ts';
import { contentType } from '../params/content-type.ts';
import { contentsShape } from '../params/contents-shape.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

export const warned = defineRule({
  id: 'events-api/warned',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server', 'cookies'],
  title: 'What the server sends means what it should: nothing is taken and then not understood',
  why: 'The service takes such fields without a word, and matches, counts or shows the event the worse for them.',
  mend: 'Send the field as is wanted, or leave it out.',
  source: 'TikTok Events API reference, "Report events 2.0"; event/track and legacy schemas of this project',
  messages: {
    advice: ({ event, problem, times }: Args<'event' | 'problem' | 'times'>) =>
      `${event}: ${problem}${Number(times) > 1 ? ` (found ${times} times)` : ''}`,
  },
  check(evidence, target) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const isElsewhere = reportedElsewhere(evidence, target);
    const own = contractFindings(evidence).filter((one) => one.level === 'warn' && !isElsewhere(one));
    return toldOnce(own).map(({ first, events, times }) => {
      const args = { event: eventNames(events), problem: first.message, times };
      return finding('advice', first.place, { args, ...(events[0] ? { event: events[0] } : {}) });
    });
  },
});

/** Warnings that are the statement of a rule of their own. */
const OWN_RULE = new Set([
  'legacy-event-name',
  'token-placeholder',
  'batch-over-50',
  'not-hashed',
  'hash-upper-case',
  'placeholder-hash',
  'pixel-form',
  'event-id-missing',
  'ip-missing',
  'user-agent-missing',
  'ip-form',
  'ip-private',
]);

/** Members whose absence, null and emptiness are judged by what the visit had to offer: match keys and event_id. */
const KEYS = new Set(
  'email phone phone_number external_id ttclid callback ttp ip user_agent event_id test_event_code'.split(
    ' ',
  ),
);
const EMPTY = new Set(['null', 'an empty text', 'an empty list']);
const REVENUE = new Set(['value-missing', 'currency-missing', 'currency-unsupported']);

/** Tells which warnings other rules speak of in this visit. */
function reportedElsewhere(evidence: Evidence, target: Target): (finding: ServerFinding) => boolean {
  const strays = new Set(strayFields(evidence).map(({ place }) => place));
  const paired = pairedPlaces(evidence);
  const differing = disagreeing(evidence).map(({ server }) => server.places.properties ?? server.place);
  const sameContents = alikeInBrowser(evidence, target);
  const hasTtp = evidence.cookies.some(({ name }) => name === '_ttp');
  return ({ code, path, place, found }) => {
    const member = fieldOf(path);
    if (OWN_RULE.has(code) || (code === 'misplaced' && strays.has(place))) return true;
    if (KEYS.has(member) && (code === 'empty' || code === 'null')) return true;
    // Nothing in the place of all keys.
    if (member === 'user' && code === 'type' && EMPTY.has(found)) return true;
    if (member === 'ip' || member === 'user_agent') return true;
    if (member === 'ttclid' || member === 'callback') return evidence.clickId !== undefined;
    if (member === 'ttp') return hasTtp;
    // What the browser's copy says as well is a finding of params/value-and-currency, what it says otherwise of parameters-agree.
    if (REVENUE.has(code) && paired.some((event) => isWithin(place, event))) return true;
    if (CONTENTS.test(path) && sameContents.some((properties) => isWithin(place, properties))) return true;
    return differing.some((properties) => isWithin(place, properties));
  };
}

const CONTENTS = /\/(contents|content_ids?|content_type)(?=\/|$)/;

/** Places of the properties whose copy in the browser is wrong about its contents as well: a finding of a rule of params. */
function alikeInBrowser(evidence: Evidence, target: Target): string[] {
  const causes = causesIn([contentId, contentType, contentsShape], evidence, target);
  const matched = sidesOf(evidence).flatMap((sides) => sides.matched);
  return matched
    .filter(({ browser }) => causes.some(({ finding: about }) => isAbout(about, [browser.place])))
    .flatMap(({ server }) => server.map(({ places, place }) => places.properties ?? place));
}
