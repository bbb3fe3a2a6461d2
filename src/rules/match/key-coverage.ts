import type { Evidence } from '../../evidence/evidence.ts';
import { isConversion } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { landedClickId } from '../../views/documents.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { isStray, unreadFields } from '../../views/layout.ts';
import { hadTtp, knownIdentity } from '../../views/offer.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SERVER_SENDS } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

export const keyCoverage = defineRule({
  id: 'match/key-coverage',
  severity: 'minor',
  scenarios: SERVER_SENDS,
  needs: ['calls', 'server', 'messages', 'steps'],
  title: "The server's conversions carry every match key that the visit offered",
  why: 'Each missing key loses the people who can be found only by it, and lowers the Event Match Quality.',
  fix: 'Send e-mail address, phone number and external id, each as SHA-256, with every conversion of a customer who gave them.',
  source:
    'TikTok help centre, "Event Match Quality": a weighted average of match key coverage. The weights are not published, so the count is an estimate',
  messages: {
    missing: ({ event, missing, carried, offered }: Args<'event' | 'missing' | 'carried' | 'offered'>) =>
      `${carried} of the ${offered} match keys that the visit offered reached the Events API with ${event}; missing: ${missing}`,
  },
  check(evidence) {
    const events = receivedEvents(evidence).filter(({ event }) => isConversion(event));
    if (events.length === 0) return { inapplicable: 'The server sent no conversion' };
    const unread = unreadFields(evidence);
    const covered = events.map((event) => ({ event, keys: offeredTo(event, evidence) }));
    if (covered.every(({ keys }) => keys.length === 0))
      return { inapplicable: 'The visit offered no match key' };
    const lacking = covered.flatMap(({ event, keys }) => {
      const carried = keys.filter(({ isCarried }) => isCarried);
      const missing = keys
        .filter(({ isCarried, field }) => !isCarried && field && !isStray(field, event, unread))
        .map(({ name }) => name);
      if (missing.length === 0) return [];
      return [
        { event, args: { missing: missing.join(', '), carried: carried.length, offered: keys.length } },
      ];
    });
    const groups = Map.groupBy(lacking, ({ args }) => JSON.stringify(args));
    return [...groups.values()].map((same) => {
      const [{ event, args }] = same as [(typeof lacking)[number]];
      const names = eventNames(same.map((one) => one.event.event));
      const details = { args: { ...args, event: names }, event: event.event, page: event.page };
      return finding('missing', event.places.email ?? event.place, details);
    });
  },
});

interface Key {
  name: string;
  isCarried: boolean;
  /** Missing if another rule reports its absence. */
  field?: 'email' | 'phone' | 'externalId';
}

/** The match keys that the site could have had when it sent an event. */
function offeredTo({ user, at }: ReceivedEvent, evidence: Evidence): Key[] {
  const known = knownIdentity(at, evidence);
  const identity = (['email', 'phone', 'externalId'] as const).filter((field) => known.has(field));
  const names = { email: 'e-mail address', phone: 'phone number', externalId: 'external id' };
  return [
    ...identity.map((field) => ({ name: names[field], isCarried: isGiven(user[field]), field })),
    ...(landedClickId(evidence) ? [{ name: 'click id', isCarried: user.clickId !== '' }] : []),
    ...(hadTtp(at, evidence) ? [{ name: 'ttp', isCarried: user.ttp !== '' }] : []),
    { name: 'ip with user agent', isCarried: user.ip !== '' && user.userAgent !== '' },
  ];
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.some((one) => !isMissing(one)) : !isMissing(value);
}
