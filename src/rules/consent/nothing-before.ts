import { sentBefore } from '../../views/consent.ts';
import { isIgnored, sentByPage, UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const nothingBefore = defineRule({
  id: 'consent/nothing-before',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['consent', 'messages'],
  title: 'No event reaches TikTok before the visitor has answered the consent banner',
  why: 'The visitor has not agreed to anything that is sent before the answer, whatever the answer is.',
  fix:
    'Insert the base code only after the visitor has agreed, or call ttq.holdConsent() before ttq.page() on every page until there is ' +
    'an answer. Let the server check for the answer, too.',
  source: 'The target file: consent; GDPR, article 7; measured: without a consent call the SDK sends at once',
  messages: {
    browser: ({ events, page, ms }: Args<'events' | 'page' | 'ms'>) =>
      `${events} reached TikTok from ${page} before the visitor answered the banner; the first was sent ${ms} ms before the answer`,
    server: ({ events, ms }: Args<'events' | 'ms'>) =>
      `The server sent ${events} before the visitor answered the banner; the first was sent ${ms} ms before the answer`,
    'browser-unanswered': ({ events, page }: Args<'events' | 'page'>) =>
      `${events} reached TikTok from ${page}, though the visitor never answered the banner`,
    'server-unanswered': ({ events }: Args<'events'>) =>
      `The server sent ${events}, though the visitor never answered the banner`,
  },
  check(evidence) {
    const [first] = evidence.consent;
    if (!first && isIgnored(evidence))
      return sentByPage(sentBefore(Number.POSITIVE_INFINITY, evidence)).map(
        ({ side, place, events, page, path }) =>
          side === 'browser'
            ? finding('browser-unanswered', place, { args: { events, page: path }, page })
            : finding('server-unanswered', place, { args: { events }, page }),
      );
    if (!first) return UNASKED;
    return sentByPage(sentBefore(first.at, evidence)).map(({ side, place, events, page, path, at }) =>
      finding(side, place, { args: { events, page: path, ms: Math.round(first.at - at) }, page }),
    );
  },
});
