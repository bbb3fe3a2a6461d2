import { answerOf, sentAfter, wentOn } from '../../views/consent.ts';
import { ENDED, sentByPage, UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CONSENT_DENIED } from '../scenarios.ts';

export const nothingAfterDenial = defineRule({
  id: 'consent/nothing-after-denial',
  severity: 'blocker',
  scenarios: CONSENT_DENIED,
  needs: ['consent', 'messages'],
  title: 'After the visitor has denied consent, neither browser nor server sends an event to TikTok',
  why: 'The visitor said no. A server that still sends events ignores that answer as much as a pixel does.',
  fix:
    "Store the answer, and check it on every page before the base code and on the server before each call. If you use TikTok's own " +
    'consent calls, repeat ttq.revokeConsent() on every page.',
  source:
    'The target file: consent; GDPR, article 7; measured: the SDK does not keep the answer from page to page',
  messages: {
    browser: ({ events, page }: Args<'events' | 'page'>) =>
      `${events} reached TikTok from ${page} although the visitor had denied consent`,
    server: ({ events }: Args<'events'>) =>
      `The server sent ${events} although the visitor had denied consent`,
  },
  check(evidence) {
    const denial = answerOf(evidence, 'denied');
    if (!denial) return UNASKED;
    const sent = sentByPage(sentAfter(denial, evidence));
    if (sent.length === 0 && !wentOn(denial, evidence)) return ENDED;
    return sent.map(({ side, place, events, page, path }) =>
      finding(side, place, { args: { events, page: path }, page }),
    );
  },
});
