import type { Scenario } from './scenario.ts';

export const gpc: Scenario = {
  name: 'gpc',
  changes:
    'The browser asks by Global Privacy Control that data be not sold or shared: header and navigator property.',
  context: { extraHTTPHeaders: { 'Sec-GPC': '1' } },
  script: 'privacy-control',
};
