import type { Scenario } from './scenario.ts';

export const gpc: Scenario = {
  name: 'gpc',
  changes:
    'The browser asks through Global Privacy Control, in its header and its navigator property, that data is not sold or shared.',
  context: { extraHTTPHeaders: { 'Sec-GPC': '1' } },
  script: 'privacy-control',
};
