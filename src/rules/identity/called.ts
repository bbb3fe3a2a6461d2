import { identifyingCalls, knownConversions } from '../../views/identify-calls.ts';
import { sentMembers } from '../../views/pixel-identity.ts';
import { absent, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const called = defineRule({
  id: 'identity/called',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'steps', 'messages'],
  title: 'A visitor who gave an e-mail address or phone number is identified with it by ttq.identify',
  why: 'Without either, TikTok finds few of the people who convert: conversions are not attributed, and audiences stay small.',
  fix: 'Call ttq.identify({ email, phone_number }) on each page that knows the customer, before the events are tracked.',
  source:
    'TikTok help centre, "Advanced Matching"; the pixel\'s own diagnostic MISSING_EMAIL_AND_PHONE on a Purchase',
  messages: {
    never: ({ events, typed }: Args<'events' | 'typed'>) =>
      `The visitor typed ${typed}, and ${events} followed, but no page called ttq.identify with email or phone_number`,
  },
  check(evidence) {
    const typed = evidence.steps.filter((step) => step.typed === 'email' || step.typed === 'phone');
    if (typed.length === 0)
      return { inapplicable: 'The visitor typed neither an e-mail address nor a phone number' };
    const conversions = knownConversions(evidence);
    if (!Array.isArray(conversions)) return conversions;
    // An event that was not sent cannot be matched.
    const sent = conversions.filter(({ event }) => event.sent.length > 0);
    if (sent.length === 0) return { inapplicable: 'No conversion of a known visitor reached TikTok' };
    if (identifyingCalls(evidence).length > 0) return [];
    if (sentMembers(evidence, ['email', 'phone_number']).length > 0) return [];
    if (sentMembers(evidence, ['auto_email', 'auto_phone_number']).length > 0)
      return { inapplicable: 'Automatic matching found the visitor: see identity/automatic-matching-only' };
    const { event, page } = sent[0]!.event;
    const args = {
      events: listed(sent.map((one) => one.event.event)),
      typed: listed(typed.map((step) => (step.typed === 'email' ? 'an e-mail address' : 'a phone number'))),
    };
    return [absent('never', sent[0]!.place, { args, event, page })];
  },
});
