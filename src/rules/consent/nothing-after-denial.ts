import { answerOf, toldAfter, wentOn } from '../../views/consent.ts';
import { ENDED, tellings, UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CONSENT_DENIED } from '../scenarios.ts';

export const nothingAfterDenial = defineRule({
  id: 'consent/nothing-after-denial',
  severity: 'blocker',
  scenarios: CONSENT_DENIED,
  needs: ['consent', 'messages'],
  title: 'After the visitor has denied consent, no event reaches TikTok, from the browser or from the server',
  why: 'The visitor said no. A server that sends all the same breaks the answer as much as a pixel does.',
  fix:
    'Keep the answer, and ask for it on every page before the base code and on the server before each call; with ' +
    "TikTok's own calls, ttq.revokeConsent() has to be repeated on every page.",
  source: 'The target file: consent; GDPR, article 7; measured: the SDK keeps no answer from page to page',
  messages: {
    browser: ({ events, page }: Args<'events' | 'page'>) =>
      `${events} reached TikTok from ${page} although the visitor had denied consent`,
    server: ({ events }: Args<'events'>) =>
      `The server sent ${events} although the visitor had denied consent`,
  },
  check(evidence) {
    const denial = answerOf(evidence, 'denied');
    if (!denial) return UNASKED;
    const told = tellings(toldAfter(denial, evidence));
    if (told.length === 0 && !wentOn(denial, evidence)) return ENDED;
    return told.map(({ side, place, events, page, path }) =>
      finding(side, place, { args: { events, page: path }, page }),
    );
  },
});
