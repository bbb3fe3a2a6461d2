import { receivedEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

export const testEventCodeAbsent = defineRule({
  id: 'events-api/test-event-code-absent',
  severity: 'critical',
  scenarios: ALL,
  needs: ['server'],
  title: 'No event carries a test_event_code',
  why: 'Events with a test code are shown under Test Events in Events Manager: campaigns are not to learn from them.',
  fix:
    'Take test_event_code out of the settings of this environment. Where it is meant, as on a test stage, set ' +
    'eventsApi.allowTestEventCode.',
  source: 'TikTok help centre, "Web Diagnostics": Test Events',
  messages: {
    present: ({ event, code }: Args<'event' | 'code'>) =>
      `The test_event_code ${code} stands beside ${event}`,
  },
  check(evidence, target) {
    const events = receivedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event' };
    if (target.eventsApi.allowTestEventCode)
      return { inapplicable: 'The target allows test codes: eventsApi.allowTestEventCode' };
    const marked = events.filter(({ testEventCode }) => testEventCode !== '');
    return [...Map.groupBy(marked, ({ testEventCode }) => testEventCode)].map(([code, same]) => {
      const { place, places, page } = same[0]!;
      const event = eventNames(same.map((one) => one.event));
      return finding('present', places.testEventCode ?? place, { args: { event, code }, event, page });
    });
  },
});
