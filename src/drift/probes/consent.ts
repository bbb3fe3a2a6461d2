import type { Probe } from '../probe.ts';

const held = (name: string) => `(sessionStorage.getItem('tt_hold_events') ?? '').includes('${name}')`;

/** Consent, and what waits for it. */
export const CONSENT: Probe[] = [
  {
    name: 'consent/hold',
    about: "Nothing is sent; events wait in the tab's session storage.",
    calls: `ttq.holdConsent(); ttq.page(); ttq.track('Held');`,
    steps: [{ until: held('Held') }],
    end: 'mounted',
  },
  {
    name: 'consent/grant',
    about: 'What was held is sent when consent is granted.',
    calls: `ttq.holdConsent(); ttq.page(); ttq.track('Held', { value: 1 }, { event_id: 'h' });`,
    steps: [{ until: held('Held') }, { run: 'ttq.grantConsent()' }, { waitFor: 'Held' }],
    reports: { left: `String(sessionStorage.getItem('tt_hold_events'))` },
  },
  {
    name: 'consent/grant-on-next-page',
    about: 'What was held on the page before is sent with its own URL.',
    calls: `ttq.holdConsent(); ttq.track('Held' + location.pathname.length);`,
    pages: { '/next': '<!--ttq-->' },
    steps: [
      { until: held('Held1') },
      { goto: '/next' },
      { until: held('Held5') },
      { run: 'ttq.grantConsent()' },
      { waitFor: 'Held1' },
    ],
  },
  {
    name: 'consent/not-kept',
    about: 'The next page has to hold again.',
    calls: `if (location.pathname === '/') ttq.holdConsent(); ttq.track('At' + location.pathname.length);`,
    pages: { '/next': '<!--ttq-->' },
    steps: [{ until: held('At1') }, { goto: '/next' }, { waitFor: 'At5' }],
  },
  {
    name: 'consent/revoke',
    about: 'Calls made while consent is revoked are never sent.',
    calls: `ttq.revokeConsent(); ttq.page(); ttq.track('Never');`,
    steps: [{ until: 'ttq.initialize' }, { run: `ttq.track('NeverEither')` }, { run: 'ttq.grantConsent()' }],
  },
  {
    name: 'consent/hold-then-revoke',
    about: 'Revoking drops what was held.',
    calls: `ttq.holdConsent(); ttq.track('Held');`,
    steps: [{ until: held('Held') }, { run: 'ttq.revokeConsent()' }, { run: 'ttq.grantConsent()' }],
  },
  {
    name: 'consent/queued-order',
    about: 'Of the queued calls, hold, revoke and grant are made first, in this order.',
    calls: `ttq.track('A'); ttq.grantConsent(); ttq.holdConsent();`,
  },
];
