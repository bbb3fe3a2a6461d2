import type { Evidence } from '../../evidence/evidence.ts';
import { isTikTokCookie } from '../../tiktok/cookies.ts';
import { isSdkRequest } from '../../tiktok/pixel-request.ts';
import { answerOf, cookiesDisabled, sentAfter, sentBefore } from '../../views/consent.ts';
import { isIgnored, UNASKED } from '../consent.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';

const messages = {
  before: ({ cookies }: Args<'cookies'>) =>
    `TikTok's cookies were set before the visitor answered the banner: ${cookies}`,
  unanswered: ({ cookies }: Args<'cookies'>) =>
    `TikTok's cookies are set, though the visitor never answered the banner: ${cookies}`,
  denied: ({ cookies }: Args<'cookies'>) =>
    `TikTok's cookies are set after the visitor denied consent: ${cookies}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const cookiesBeforeConsent = defineRule({
  id: 'consent/cookies-before-consent',
  severity: 'normal',
  scenarios: ALL,
  needs: ['calls', 'consent', 'server', 'cookies', 'messages'],
  title: "TikTok's cookies are set only after the visitor has agreed",
  why: 'They identify a visitor for a year and need consent of their own. The SDK sets them even while consent is held or revoked.',
  fix:
    'Insert the base code only after the visitor has agreed. If it must be there earlier, call ttq.disableCookie() with ' +
    'ttq.holdConsent() on every page, and ttq.enableCookie() with ttq.grantConsent().',
  source:
    'ePrivacy directive, article 5(3); measured: hold and revoke stop no cookie, disableCookie stops only _ttp',
  messages,
  check(evidence) {
    const [first] = evidence.consent;
    if (!first && isIgnored(evidence)) return unanswered(evidence);
    if (!first) return UNASKED;
    if (sentBefore(first.at, evidence).length > 0) return UNWAITED;
    const before = counted(first.cookies, first.at, evidence);
    if (before.length > 0)
      return [finding('before', '/consent/0/cookies', { args: { cookies: listed(before) } })];
    return afterDenial(evidence);
  },
});

function unanswered(evidence: Evidence): Found[] | { inapplicable: string } {
  if (sentBefore(Number.POSITIVE_INFINITY, evidence).length > 0) return UNWAITED;
  return leftAtTheEnd('unanswered', evidence);
}

function afterDenial(evidence: Evidence): Found[] | { inapplicable: string } {
  const denial = answerOf(evidence, 'denied');
  if (!denial) return [];
  if (sentAfter(denial, evidence).length > 0)
    return { inapplicable: 'The pixel still runs: see consent/nothing-after-denial' };
  return leftAtTheEnd('denied', evidence);
}

const UNWAITED = { inapplicable: 'The pixel did not wait for an answer: see consent/nothing-before' };

function leftAtTheEnd(code: 'denied' | 'unanswered', evidence: Evidence): Found[] {
  const names = evidence.cookies.map(({ name }) => name).filter(isTikTokCookie);
  const left = counted(names, Number.POSITIVE_INFINITY, evidence);
  if (left.length === 0) return [];
  const index = evidence.cookies.findIndex(({ name }) => name === left[0]);
  return [finding(code, `/cookies/${index}`, { args: { cookies: listed(left) } })];
}

/** The SDK can only disable `_ttp`: a site that did so could do no more, except not to load the pixel. */
function counted(names: readonly string[], to: number, evidence: Evidence): string[] {
  if (cookiesDisabled(to, evidence)) return names.filter((name) => name === '_ttp');
  // A shop's own server may store the click id under that name.
  const isLoaded = evidence.requests.some((request) => request.at < to && isSdkRequest(request));
  return names.filter((name) => isLoaded || name !== 'ttclid').sort();
}
