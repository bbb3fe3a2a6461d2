import type { Profile } from '../../target/target.ts';
import type { MainSettings } from './settings.ts';

/** Passed in by the server. */
declare const TTQ_SETTINGS: MainSettings;

const { profile, identify } = TTQ_SETTINGS;

/** Profiles are named by year and month. */
const since = (first: Profile) => profile >= first;

/** How the builds of TikTok's SDK differ: docs/sdk.md says what was measured and what was read in their code. */
export const build = {
  identify,
  version: since('2025-08') ? '2.2.1' : '2.1.33',
  /** CompletePayment and SubmitForm are sent as Purchase and Lead; older names were replaced before. */
  renamesConversions: since('2025-08'),
  /** A changed URL is a Pageview (measured). */
  observesHistory: since('2025-08'),
  /** ttcsid cookies track sessions, whose start and length are reported: LandingPageView, EngagedSession. */
  sessions: since('2025-08'),
  /** One loader of 2026-09 had this switched off. */
  copiesForIpv6: since('2025-08') && !since('2026-09'),
  /** Clicks and scrolls are counted and sent to /inter. */
  countsInteraction: since('2025-08'),
  /** Names and places are sent; before, they were accepted but not sent. */
  sendsNames: since('2025-08'),
  /** An event is sent within the call if nothing has to be hashed first. */
  sendsAtOnce: since('2025-08'),
  /** page({ url, referrer }) overrides the page's own. */
  pageMayBeNamed: since('2025-08'),
  /** Of several click ids in a URL, the last one counts. */
  lastValueCounts: since('2025-08'),
  /** A click id in the hash is read. */
  readsHash: since('2026-05'),
  organicClicks: since('2025-08'),
  setsMountedFlag: since('2025-08'),
  /** `_ttp` contains the level of the host name at which it is set: `<27>.tt.<n>`. */
  levelInCookie: since('2025-08'),
  /** A second argument of track that is not an object becomes its description. One build dropped it. */
  describes: profile !== '2025-08',
  /** Of the queued consent calls grantConsent comes last; before, they were made in the order of the page. */
  grantsLast: since('2025-08'),
  /** The next page sets the cookies again after disableCookie. */
  forgetsDisabling: since('2025-08'),
  /** A new click id replaces the one in the cookie; before, the first one stayed. */
  renewsClickIdCookie: since('2025-08'),
  /** Events of a frame carry the top page's URL if it can be read. */
  namesTopPage: since('2025-08'),
  /** Currencies that TikTok's help centre does not list. */
  knowsNewCurrencies: since('2025-08'),
  /** revokeConsent is reported to TikTok. */
  tellsRevocation: since('2026-09'),
  /** Click id and a new `_ttp` carry the time at which they were first seen. */
  timesInIds: since('2026-09'),
};
