import { PIXEL, type Probe } from '../probe.ts';

const calls = `ttq.page(); ttq.track('A');`;

/** Options of `ttq.load`, and what partners set. */
export const OPTIONS: Probe[] = [
  {
    name: 'option/limited-data-use',
    about: 'limited_data_use is sent with every event.',
    options: '{ limited_data_use: true }',
    calls,
  },
  {
    name: 'option/limited-data-use-false',
    about: 'So does false.',
    options: '{ limited_data_use: false }',
    calls,
  },
  { name: 'option/partner', about: 'The option partner.', options: `{ partner: 'Shopware' }`, calls },
  {
    name: 'option/_partner',
    about: 'ttq._partner is sent as partner.',
    load: `ttq._partner = 'GoogleTagManagerClient'; ttq.load('${PIXEL}');`,
    calls,
  },
  {
    name: 'option/instance-_partner',
    about: 'The _partner of a pixel takes precedence over the common one.',
    load: `ttq._partner = 'Common'; ttq.load('${PIXEL}'); ttq._i['${PIXEL}']._partner = 'Own';`,
    calls,
  },
  {
    name: 'option/test-id',
    about: 'tt_test_id of the URL is sent with every event.',
    path: '/?tt_test_id=TEST123',
    calls,
  },
];
