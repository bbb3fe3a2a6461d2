import { answerOf, toldAfter, wentOn } from '../../views/consent.ts';
import { ENDED, tellings, UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CONSENT_WITHDRAWN } from '../scenarios.ts';

export const withdrawn = defineRule({
  id: 'consent/withdrawn',
  severity: 'blocker',
  scenarios: CONSENT_WITHDRAWN,
  needs: ['consent', 'messages'],
  title:
    'After the visitor has withdrawn consent, no event reaches TikTok, from the browser or from the server',
  why: 'Withdrawing has to work as giving does. The SDK forgets it with the page, and a server that keeps its own copy never learns of it.',
  fix:
    'Replace the kept answer, call ttq.revokeConsent() at once and on every later page, or load no base code there, and let the ' +
    'server read the answer anew for each call.',
  source: 'The target file: consent; GDPR, article 7(3); measured: the SDK keeps no answer from page to page',
  messages: {
    browser: ({ events, page }: Args<'events' | 'page'>) =>
      `${events} reached TikTok from ${page} although the visitor had withdrawn consent`,
    server: ({ events }: Args<'events'>) =>
      `The server sent ${events} although the visitor had withdrawn consent`,
  },
  check(evidence) {
    const withdrawal = answerOf(evidence, 'withdrawn');
    if (!withdrawal) return UNASKED;
    const told = tellings(toldAfter(withdrawal, evidence));
    if (told.length === 0 && !wentOn(withdrawal, evidence)) return ENDED;
    return told.map(({ side, place, events, page, path }) =>
      finding(side, place, { args: { events, page: path }, page }),
    );
  },
});
