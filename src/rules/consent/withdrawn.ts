import { answerOf, sentAfter, wentOn } from '../../views/consent.ts';
import { ENDED, sentByPage, UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CONSENT_WITHDRAWN } from '../scenarios.ts';

export const withdrawn = defineRule({
  id: 'consent/withdrawn',
  severity: 'blocker',
  scenarios: CONSENT_WITHDRAWN,
  needs: ['consent', 'messages'],
  title: 'After the visitor has withdrawn consent, neither browser nor server sends an event to TikTok',
  why: 'Withdrawing consent must work like giving it. The SDK forgets the withdrawal when the page is left, and a server with its own copy of the answer never learns of it.',
  fix:
    'Update the stored answer and call ttq.revokeConsent() at once. On every later page, call it again or leave the base code out. Let ' +
    'the server read the answer again before each call.',
  source:
    'The target file: consent; GDPR, article 7(3); measured: the SDK does not keep the answer from page to page',
  messages: {
    browser: ({ events, page }: Args<'events' | 'page'>) =>
      `${events} reached TikTok from ${page} although the visitor had withdrawn consent`,
    server: ({ events }: Args<'events'>) =>
      `The server sent ${events} although the visitor had withdrawn consent`,
  },
  check(evidence) {
    const withdrawal = answerOf(evidence, 'withdrawn');
    if (!withdrawal) return UNASKED;
    const sent = sentByPage(sentAfter(withdrawal, evidence));
    if (sent.length === 0 && !wentOn(withdrawal, evidence)) return ENDED;
    return sent.map(({ side, place, events, page, path }) =>
      finding(side, place, { args: { events, page: path }, page }),
    );
  },
});
