import { contractFindings, fieldName, mergedFindings } from '../../views/contract.ts';
import { wrongLayouts } from '../../views/layout.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

/**
 * Departures from the reference to which the service's answer is unknown. Real senders do it, so it cannot be refused outright,
 * but nobody has shown that such events are counted. Holding a release for it would be a guess, and so would silence.
 */
const UNRECORDED = {
  'number-as-text': 'a number sent as text',
  'lead-id-missing': 'an event of a CRM without lead.lead_id',
  'app-id-missing': 'an event of an app without app.app_id',
} as const;

export const asDocumented = defineRule({
  id: 'events-api/as-documented',
  severity: 'normal',
  scenarios: ALL,
  needs: ['server'],
  title: "What the server sends follows the documentation, even where the service's answer is not known",
  why: 'The service may accept the request or refuse it: its answer to this was never recorded.',
  fix: 'Send the field as the reference documents it. To see what the service does today, send one such event with a test_event_code and read the answer.',
  source:
    'TikTok Events API reference, "Report events 2.0": types, lead.lead_id of crm events, app.app_id of app events',
  messages: {
    unrecorded: ({ event, detail, what }: Args<'event' | 'field' | 'detail' | 'what'>) =>
      `${event}: ${detail}; the service's answer to ${what} was never recorded`,
  },
  check(evidence) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const wrong = wrongLayouts(evidence);
    const found = contractFindings(evidence).filter(
      ({ code, request }) => Object.hasOwn(UNRECORDED, code) && !wrong.has(request),
    );
    return mergedFindings(found).map(({ first: { code, path, place, message }, events }) => {
      const args = {
        event: eventNames(events),
        field: fieldName(path),
        detail: message,
        what: UNRECORDED[code as keyof typeof UNRECORDED],
      };
      return finding('unrecorded', place, { args, ...(events[0] ? { event: events[0] } : {}) });
    });
  },
});
