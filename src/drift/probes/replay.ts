import type { Probe } from '../probe.ts';

/** The order in which queued calls are made. */
export const REPLAY: Probe[] = [
  {
    name: 'replay/identify-first',
    about: 'The first queued identify is made before everything else, so all events carry it.',
    calls: `ttq.page(); ttq.track('A'); ttq.identify({ external_id: 'one' }); ttq.track('B');`,
  },
  {
    name: 'replay/second-identify',
    about:
      'Of several queued identifies the last one holds for all events: they wait for the hashing of all.',
    calls: `ttq.track('A'); ttq.identify({ external_id: 'one' }); ttq.track('B'); ttq.identify({ external_id: 'two' });
      ttq.track('C');`,
  },
  {
    name: 'replay/instance-first',
    about: "An instance's queue is replayed before the common one, its identify after the first common one.",
    calls: `ttq.track('Common'); ttq.instance('CAAAAAAAAAAAAAAAAAA1').track('Own');
      ttq.instance('CAAAAAAAAAAAAAAAAAA1').identify({ external_id: 'own' });`,
  },
  {
    name: 'replay/mounted',
    about: 'Once mounted, a later identify changes later events only.',
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.track('A'); ttq.identify({ external_id: 'one' }); ttq.track('B')` },
    ],
  },
  {
    name: 'replay/memory',
    about: 'The identity is gone in the next document.',
    calls: `ttq.page();`,
    pages: { '/next': '<!--ttq-->' },
    steps: [
      { waitFor: 'Pageview' },
      { run: `ttq.identify({ external_id: 'one' }); ttq.track('Here')` },
      { waitFor: 'Here' },
      { goto: '/next' },
      { waitFor: 'Pageview', count: 2 },
    ],
  },
];
