import { reachesEventsApi } from './click-id/reaches-events-api.ts';
import { reachesPixel } from './click-id/reaches-pixel.ts';
import { survivesRedirects } from './click-id/survives-redirects.ts';
import { expected } from './event/expected.ts';
import { matchesServer } from './event-id/matches-server.ts';
import { present } from './event-id/present.ts';
import { unique } from './event-id/unique.ts';
import { accepted } from './events-api/accepted.ts';
import { identifyBeforeConversion } from './order/identify-before-conversion.ts';
import { pageFirst } from './order/page-first.ts';
import { valueAndCurrency } from './params/value-and-currency.ts';
import { baseCodeInHead } from './pixel/base-code-in-head.ts';
import { expectedId } from './pixel/expected-id.ts';
import { noDuplicateLoad } from './pixel/no-duplicate-load.ts';
import { sdkLoads } from './pixel/sdk-loads.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order in which a reader asks: does the pixel load, what is called, what is sent, what arrives. */
export const RULES: readonly Rule[] = [
  sdkLoads,
  baseCodeInHead,
  expectedId,
  noDuplicateLoad,
  pageFirst,
  identifyBeforeConversion,
  expected,
  present,
  unique,
  matchesServer,
  survivesRedirects,
  reachesPixel,
  reachesEventsApi,
  accepted,
  valueAndCurrency,
];
