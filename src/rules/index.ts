import { reachesEventsApi } from './click-id/reaches-events-api.ts';
import { reachesPixel } from './click-id/reaches-pixel.ts';
import { survivesRedirects } from './click-id/survives-redirects.ts';
import { cookiesAfterWithdrawal } from './consent/cookies-after-withdrawal.ts';
import { cookiesBeforeConsent } from './consent/cookies-before-consent.ts';
import { gpcRespected } from './consent/gpc-respected.ts';
import { nothingAfterDenial } from './consent/nothing-after-denial.ts';
import { nothingBefore } from './consent/nothing-before.ts';
import { releasedAfterGrant } from './consent/released-after-grant.ts';
import { withdrawn } from './consent/withdrawn.ts';
import { countedOnce } from './dedup/counted-once.ts';
import { expected } from './event/expected.ts';
import { nameAsDocumented } from './event/name-as-documented.ts';
import { nameDeprecated } from './event/name-deprecated.ts';
import { nameReserved } from './event/name-reserved.ts';
import { nameValid } from './event/name-valid.ts';
import { notRepeated } from './event/not-repeated.ts';
import { standardWhereCustomWasUsed } from './event/standard-where-custom-was-used.ts';
import { unexpected } from './event/unexpected.ts';
import { matchesServer } from './event-id/matches-server.ts';
import { present } from './event-id/present.ts';
import { unique } from './event-id/unique.ts';
import { accepted } from './events-api/accepted.ts';
import { batchSize } from './events-api/batch-size.ts';
import { checkoutUnharmed } from './events-api/checkout-unharmed.ts';
import { delivered } from './events-api/delivered.ts';
import { eventTimeFresh } from './events-api/event-time-fresh.ts';
import { eventTimeNotFuture } from './events-api/event-time-not-future.ts';
import { hashCorrect } from './events-api/hash-correct.ts';
import { hashed } from './events-api/hashed.ts';
import { ipAndUserAgent } from './events-api/ip-and-user-agent.ts';
import { layout } from './events-api/layout.ts';
import { parametersAgree } from './events-api/parameters-agree.ts';
import { pixelMatches } from './events-api/pixel-matches.ts';
import { retries } from './events-api/retries.ts';
import { sentForEachConversion } from './events-api/sent-for-each-conversion.ts';
import { testEventCodeAbsent } from './events-api/test-event-code-absent.ts';
import { tokenHeader } from './events-api/token-header.ts';
import { ttpForwarded } from './events-api/ttp-forwarded.ts';
import { warned } from './events-api/warned.ts';
import { keyCoverage } from './match/key-coverage.ts';
import { identifyBeforeConversion } from './order/identify-before-conversion.ts';
import { identifyOnEachConversionPage } from './order/identify-on-each-conversion-page.ts';
import { loadPageIdentifyTrack } from './order/load-page-identify-track.ts';
import { pageFirst } from './order/page-first.ts';
import { pageOnceAView } from './order/page-once-a-view.ts';
import { queueRescued } from './order/queue-rescued.ts';
import { valueAndCurrency } from './params/value-and-currency.ts';
import { baseCodeInHead } from './pixel/base-code-in-head.ts';
import { expectedId } from './pixel/expected-id.ts';
import { noDuplicateLoad } from './pixel/no-duplicate-load.ts';
import { sdkLoads } from './pixel/sdk-loads.ts';
import { atMostEight } from './plan/at-most-eight.ts';
import { audiences } from './plan/audiences.ts';
import { bothPaths } from './plan/both-paths.ts';
import { accessTokenNotInBrowser } from './privacy/access-token-not-in-browser.ts';
import { serverLogClean } from './privacy/server-log-clean.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order in which a reader asks: does the pixel load, what is called, what is sent, what arrives. */
export const RULES: readonly Rule[] = [
  sdkLoads,
  baseCodeInHead,
  expectedId,
  noDuplicateLoad,
  pageFirst,
  pageOnceAView,
  loadPageIdentifyTrack,
  identifyBeforeConversion,
  identifyOnEachConversionPage,
  queueRescued,
  nameValid,
  nameReserved,
  standardWhereCustomWasUsed,
  nameAsDocumented,
  nameDeprecated,
  expected,
  unexpected,
  notRepeated,
  valueAndCurrency,
  present,
  unique,
  matchesServer,
  countedOnce,
  survivesRedirects,
  reachesPixel,
  reachesEventsApi,
  sentForEachConversion,
  tokenHeader,
  layout,
  accepted,
  warned,
  pixelMatches,
  eventTimeFresh,
  eventTimeNotFuture,
  batchSize,
  hashed,
  hashCorrect,
  ttpForwarded,
  ipAndUserAgent,
  parametersAgree,
  testEventCodeAbsent,
  retries,
  delivered,
  checkoutUnharmed,
  keyCoverage,
  accessTokenNotInBrowser,
  serverLogClean,
  nothingBefore,
  nothingAfterDenial,
  releasedAfterGrant,
  withdrawn,
  cookiesBeforeConsent,
  cookiesAfterWithdrawal,
  gpcRespected,
  atMostEight,
  audiences,
  bothPaths,
];
