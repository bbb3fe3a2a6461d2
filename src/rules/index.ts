import { inQuery } from './click-id/in-query.ts';
import { landingHasIt } from './click-id/landing-has-it.ts';
import { newestWins } from './click-id/newest-wins.ts';
import { reachesEventsApi } from './click-id/reaches-events-api.ts';
import { reachesPixel } from './click-id/reaches-pixel.ts';
import { storedFirstParty } from './click-id/stored-first-party.ts';
import { survivesNavigation } from './click-id/survives-navigation.ts';
import { survivesNewTab } from './click-id/survives-new-tab.ts';
import { survivesOpenInBrowser } from './click-id/survives-open-in-browser.ts';
import { survivesRedirects } from './click-id/survives-redirects.ts';
import { unaltered } from './click-id/unaltered.ts';
import { cookiesAfterWithdrawal } from './consent/cookies-after-withdrawal.ts';
import { cookiesBeforeConsent } from './consent/cookies-before-consent.ts';
import { gpcRespected } from './consent/gpc-respected.ts';
import { nothingAfterDenial } from './consent/nothing-after-denial.ts';
import { nothingBefore } from './consent/nothing-before.ts';
import { releasedAfterGrant } from './consent/released-after-grant.ts';
import { withdrawn } from './consent/withdrawn.ts';
import { ttpDomain } from './cookie/ttp-domain.ts';
import { ttpLifetime } from './cookie/ttp-lifetime.ts';
import { ttpSet } from './cookie/ttp-set.ts';
import { countedOnce } from './dedup/counted-once.ts';
import { mergedInTime } from './dedup/merged-in-time.ts';
import { expected } from './event/expected.ts';
import { nameAsDocumented } from './event/name-as-documented.ts';
import { nameDeprecated } from './event/name-deprecated.ts';
import { nameReserved } from './event/name-reserved.ts';
import { nameValid } from './event/name-valid.ts';
import { notDoubled } from './event/not-doubled.ts';
import { notOnLoad } from './event/not-on-load.ts';
import { notRepeated } from './event/not-repeated.ts';
import { onFirstView } from './event/on-first-view.ts';
import { pixelCode } from './event/pixel-code.ts';
import { sent } from './event/sent.ts';
import { standardWhereCustomWasUsed } from './event/standard-where-custom-was-used.ts';
import { trackedOnce } from './event/tracked-once.ts';
import { unexpected } from './event/unexpected.ts';
import { matchesServer } from './event-id/matches-server.ts';
import { newForEachView } from './event-id/new-for-each-view.ts';
import { notCached } from './event-id/not-cached.ts';
import { notConstant } from './event-id/not-constant.ts';
import { notPersonalData } from './event-id/not-personal-data.ts';
import { oneName } from './event-id/one-name.ts';
import { present } from './event-id/present.ts';
import { stableOnReload } from './event-id/stable-on-reload.ts';
import { string } from './event-id/string.ts';
import { thirdArgument } from './event-id/third-argument.ts';
import { unique } from './event-id/unique.ts';
import { uniqueAcrossVisits } from './event-id/unique-across-visits.ts';
import { accepted } from './events-api/accepted.ts';
import { asDocumented } from './events-api/as-documented.ts';
import { batchSize } from './events-api/batch-size.ts';
import { checkoutUnharmed } from './events-api/checkout-unharmed.ts';
import { delivered } from './events-api/delivered.ts';
import { eventTimeFresh } from './events-api/event-time-fresh.ts';
import { eventTimeNotFuture } from './events-api/event-time-not-future.ts';
import { externalIdHashed } from './events-api/external-id-hashed.ts';
import { hashCorrect } from './events-api/hash-correct.ts';
import { hashed } from './events-api/hashed.ts';
import { ipAndUserAgent } from './events-api/ip-and-user-agent.ts';
import { layout } from './events-api/layout.ts';
import { memberNames } from './events-api/member-names.ts';
import { namesHashed } from './events-api/names-hashed.ts';
import { ofAVisit } from './events-api/of-a-visit.ts';
import { parametersAgree } from './events-api/parameters-agree.ts';
import { pixelMatches } from './events-api/pixel-matches.ts';
import { retries } from './events-api/retries.ts';
import { sentForEachConversion } from './events-api/sent-for-each-conversion.ts';
import { sentOnce } from './events-api/sent-once.ts';
import { testEventCodeAbsent } from './events-api/test-event-code-absent.ts';
import { tokenHeader } from './events-api/token-header.ts';
import { ttpForwarded } from './events-api/ttp-forwarded.ts';
import { warned } from './events-api/warned.ts';
import { automaticMatchingOnly } from './identity/automatic-matching-only.ts';
import { called } from './identity/called.ts';
import { doubleHashed } from './identity/double-hashed.ts';
import { emailNormalised } from './identity/email-normalised.ts';
import { externalIdClear } from './identity/external-id-clear.ts';
import { externalIdOwn } from './identity/external-id-own.ts';
import { hashCorrect as pixelHashCorrect } from './identity/hash-correct.ts';
import { notEmpty } from './identity/not-empty.ts';
import { phoneE164 } from './identity/phone-e164.ts';
import { placeholder } from './identity/placeholder.ts';
import { keyCoverage } from './match/key-coverage.ts';
import { identifyBeforeConversion } from './order/identify-before-conversion.ts';
import { identifyOnEachConversionPage } from './order/identify-on-each-conversion-page.ts';
import { loadPageIdentifyTrack } from './order/load-page-identify-track.ts';
import { pageCalledOnce } from './order/page-called-once.ts';
import { pageFirst } from './order/page-first.ts';
import { pageOnceAView } from './order/page-once-a-view.ts';
import { queueRescued } from './order/queue-rescued.ts';
import { contentId } from './params/content-id.ts';
import { contentType } from './params/content-type.ts';
import { contentsShape } from './params/contents-shape.ts';
import { currencyIso4217 } from './params/currency-iso-4217.ts';
import { currencySupported } from './params/currency-supported.ts';
import { isObject } from './params/is-object.ts';
import { shoppingAdsFields } from './params/shopping-ads-fields.ts';
import { valueAndCurrency } from './params/value-and-currency.ts';
import { valueInUnits } from './params/value-in-units.ts';
import { valueIsOrderTotal } from './params/value-is-order-total.ts';
import { valueNotZero } from './params/value-not-zero.ts';
import { baseCodeInHead } from './pixel/base-code-in-head.ts';
import { baseCodeParses } from './pixel/base-code-parses.ts';
import { expectedId } from './pixel/expected-id.ts';
import { idFormat } from './pixel/id-format.ts';
import { loadOptions } from './pixel/load-options.ts';
import { noDuplicateLoad } from './pixel/no-duplicate-load.ts';
import { noPageErrors } from './pixel/no-page-errors.ts';
import { noUnexpectedId } from './pixel/no-unexpected-id.ts';
import { notBlocked } from './pixel/not-blocked.ts';
import { onEveryPage } from './pixel/on-every-page.ts';
import { ownWayNamed } from './pixel/own-way-named.ts';
import { sdkLoads } from './pixel/sdk-loads.ts';
import { siteSurvivesBlocking } from './pixel/site-survives-blocking.ts';
import { ttqIsArray } from './pixel/ttq-is-array.ts';
import { atMostEight } from './plan/at-most-eight.ts';
import { audiences } from './plan/audiences.ts';
import { bothPaths } from './plan/both-paths.ts';
import { accessTokenNotInBrowser } from './privacy/access-token-not-in-browser.ts';
import { pageAddressesClean } from './privacy/page-addresses-clean.ts';
import { propertiesClean } from './privacy/properties-clean.ts';
import { requestsClean } from './privacy/requests-clean.ts';
import { sensitiveTopics } from './privacy/sensitive-topics.ts';
import { serverLogClean } from './privacy/server-log-clean.ts';
import { titlesClean } from './privacy/titles-clean.ts';
import type { Rule, RuleText } from './rule.ts';
import type { RunRule } from './run-rule.ts';

/** Every rule, in the order in which a reader would ask: does the pixel load, what is called, what is sent, what arrives. */
export const RULES: readonly Rule[] = [
  baseCodeParses,
  notBlocked,
  sdkLoads,
  ttqIsArray,
  onEveryPage,
  baseCodeInHead,
  idFormat,
  expectedId,
  noUnexpectedId,
  noDuplicateLoad,
  loadOptions,
  noPageErrors,
  siteSurvivesBlocking,
  ownWayNamed,
  pageFirst,
  pageOnceAView,
  pageCalledOnce,
  loadPageIdentifyTrack,
  identifyBeforeConversion,
  identifyOnEachConversionPage,
  queueRescued,
  nameValid,
  nameReserved,
  standardWhereCustomWasUsed,
  nameAsDocumented,
  nameDeprecated,
  called,
  automaticMatchingOnly,
  notEmpty,
  emailNormalised,
  phoneE164,
  placeholder,
  doubleHashed,
  pixelHashCorrect,
  externalIdClear,
  pixelCode,
  sent,
  expected,
  unexpected,
  notOnLoad,
  notRepeated,
  notDoubled,
  onFirstView,
  trackedOnce,
  isObject,
  contentId,
  contentType,
  contentsShape,
  shoppingAdsFields,
  valueAndCurrency,
  currencyIso4217,
  currencySupported,
  valueIsOrderTotal,
  valueInUnits,
  valueNotZero,
  present,
  string,
  thirdArgument,
  unique,
  oneName,
  notConstant,
  notPersonalData,
  stableOnReload,
  matchesServer,
  countedOnce,
  mergedInTime,
  survivesRedirects,
  unaltered,
  inQuery,
  landingHasIt,
  reachesPixel,
  survivesNavigation,
  reachesEventsApi,
  survivesNewTab,
  survivesOpenInBrowser,
  newestWins,
  storedFirstParty,
  ttpSet,
  ttpLifetime,
  ttpDomain,
  sentForEachConversion,
  tokenHeader,
  layout,
  accepted,
  memberNames,
  asDocumented,
  warned,
  pixelMatches,
  eventTimeFresh,
  eventTimeNotFuture,
  batchSize,
  hashed,
  namesHashed,
  externalIdHashed,
  hashCorrect,
  ttpForwarded,
  ipAndUserAgent,
  parametersAgree,
  testEventCodeAbsent,
  retries,
  sentOnce,
  delivered,
  checkoutUnharmed,
  keyCoverage,
  accessTokenNotInBrowser,
  serverLogClean,
  requestsClean,
  pageAddressesClean,
  titlesClean,
  propertiesClean,
  sensitiveTopics,
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

/** Every rule over a whole run, in the same order. */
export const RUN_RULES: readonly RunRule[] = [
  externalIdOwn,
  uniqueAcrossVisits,
  notCached,
  newForEachView,
  ofAVisit,
];

/** The text of each rule. */
export const RULE_BY_ID: ReadonlyMap<string, RuleText> = new Map(
  [...RULES, ...RUN_RULES].map((rule) => [rule.id, rule]),
);
