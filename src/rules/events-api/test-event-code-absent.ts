import type { Evidence } from '../../evidence/evidence.ts';
import { addressOf } from '../../tiktok/address.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
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
  why: 'Events with a test code appear under Test Events in Events Manager; campaigns should not learn from them.',
  fix:
    'Remove test_event_code from the settings of this environment. If it is intended, for example on a test stage, set ' +
    'eventsApi.allowTestEventCode.',
  source: 'TikTok help centre, "Web Diagnostics": Test Events',
  messages: {
    present: ({ event, code }: Args<'event' | 'code'>) =>
      `${event} was sent with the test_event_code ${code}`,
    'in-url': ({ event, code }: Args<'event' | 'code'>) =>
      `${event} was sent to a URL with the test_event_code ${code}`,
  },
  check(evidence, target) {
    const events = receivedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event' };
    if (target.eventsApi.allowTestEventCode)
      return { inapplicable: 'The target allows test codes: eventsApi.allowTestEventCode' };
    const marked = events.flatMap((event) => marksOf(event, evidence));
    return [...Map.groupBy(marked, ({ kind, code }) => `${kind} ${code}`).values()].map((same) => {
      const [{ kind, code, place, event: first }] = same as [Mark, ...Mark[]];
      const event = eventNames(same.map((one) => one.event.event));
      return finding(kind, place, { args: { event, code }, event, page: first.page });
    });
  },
});

interface Mark {
  kind: 'present' | 'in-url';
  code: string;
  place: string;
  event: ReceivedEvent;
}

function marksOf(event: ReceivedEvent, { server }: Evidence): Mark[] {
  const { request, testEventCode, place, places } = event;
  const inUrl = addressOf(server.requests[request]!.url)?.searchParams.get('test_event_code') ?? '';
  const marks: Mark[] = [
    { kind: 'present', code: testEventCode, place: places.testEventCode ?? place, event },
    { kind: 'in-url', code: inUrl, place: `/server/requests/${request}/url`, event },
  ];
  return marks.filter(({ code }) => code !== '');
}
