import { answerOf, sentAfter } from '../../views/consent.ts';
import { UNASKED } from '../consent.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CONSENT_WITHDRAWN } from '../scenarios.ts';

export const cookiesAfterWithdrawal = defineRule({
  id: 'consent/cookies-after-withdrawal',
  severity: 'minor',
  scenarios: CONSENT_WITHDRAWN,
  needs: ['consent', 'server', 'cookies'],
  title: 'The _ttp cookie is gone after the visitor has withdrawn consent',
  why: 'It identifies the visitor for 13 months, and any script that can read it still does.',
  fix: 'When consent is withdrawn, delete _ttp on the domain it was set on, or call ttq.disableCookie().',
  source: 'Measured: revokeConsent leaves the cookies, disableCookie deletes _ttp',
  messages: {
    left: ({ domain }: Args<'domain'>) => `The visitor withdrew consent, but _ttp is still set on ${domain}`,
  },
  check(evidence) {
    const withdrawal = answerOf(evidence, 'withdrawn');
    if (!withdrawal) return UNASKED;
    if (sentAfter(withdrawal, evidence).length > 0)
      return { inapplicable: 'The pixel still runs: see consent/withdrawn' };
    return evidence.cookies.flatMap(({ name, domain }, index) =>
      name === '_ttp' ? [finding('left', `/cookies/${index}`, { args: { domain } })] : [],
    );
  },
});
