import { contractFindings, fieldName, mergedFindings } from '../../views/contract.ts';
import { wrongLayouts } from '../../views/layout.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

/**
 * A name that only looks like one of TikTok's does not hold the release. It is unknown whether the member was meant for TikTok,
 * and what is lost is a key or a detail, not the event.
 */
export const memberNames = defineRule({
  id: 'events-api/member-names',
  severity: 'normal',
  scenarios: ALL,
  needs: ['server'],
  title: 'Each field has the name that the Events API reads',
  why: "The service accepts fields of any name but reads only those it knows: a value under another vendor's name is lost without a warning.",
  fix: 'Send the field under the name given here.',
  source:
    'TikTok Events API reference, "Report events 2.0"; the names are those of other vendors, of TikTok\'s pixel, and of bodies of public senders',
  messages: {
    misnamed: ({ event, field, wanted }: Args<'event' | 'field' | 'wanted'>) =>
      `${field} of ${event} is not read: the Events API calls it ${wanted}`,
  },
  check(evidence) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const wrong = wrongLayouts(evidence);
    const found = contractFindings(evidence).filter(
      ({ code, request }) => code === 'misnamed' && !wrong.has(request),
    );
    return mergedFindings(found).map(({ first, events }) => {
      const args = {
        event: eventNames(events),
        field: fieldName(first.path),
        wanted: first.wanted,
      };
      return finding('misnamed', first.place, { args, ...(events[0] ? { event: events[0] } : {}) });
    });
  },
});
