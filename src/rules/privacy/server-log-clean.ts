import { faultName } from '../../tiktok/events-api/faults.ts';
import { NO_FAULT } from '../faults.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { FAULTS } from '../scenarios.ts';

const CALLED = {
  token: 'the access token',
  email: "the customer's e-mail address",
  phone: "the customer's phone number",
};

export const serverLogClean = defineRule({
  id: 'privacy/server-log-clean',
  severity: 'critical',
  scenarios: FAULTS,
  needs: ['server'],
  title: 'A failed call leaves no token and no personal data in the server log',
  why: 'Many people read logs, and logs are kept for a long time. A token in one is exposed, and customer data does not belong there.',
  fix: 'Log the order number, the HTTP status and the code of the answer, never the request, its headers, or an error that quotes them.',
  source: 'TikTok Events API reference, "Authentication"; the scenario events-api-faults',
  messages: {
    written: ({ what, fault }: Args<'what' | 'fault'>) =>
      `The server wrote ${what} to its log when the Events API failed (${fault})`,
  },
  check({ fault, server, recorder }) {
    if (!fault) return NO_FAULT;
    if (recorder.eventsApi !== 'preload')
      return { inapplicable: "The log of the site's server was not seen" };
    if (!server.seen)
      return { inconclusive: "The stub saw no request of this visit reach the site's server" };
    const first = Map.groupBy(server.leaks ?? [], ({ kind }) => kind);
    return [...first.keys()].map((kind) =>
      finding('written', `/server/leaks/${server.leaks!.findIndex((leak) => leak.kind === kind)}`, {
        args: { what: CALLED[kind], fault: faultName(fault) },
      }),
    );
  },
});
