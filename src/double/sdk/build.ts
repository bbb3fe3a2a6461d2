import type { Profile } from '../../target/target.ts';
import type { MainSettings } from './settings.ts';

/** Handed in by the server. */
declare const TTQ_SETTINGS: MainSettings;

const { profile, identify } = TTQ_SETTINGS;

/** Profiles are named by year and month. */
const since = (first: Profile) => profile >= first;

/** In what the builds of TikTok's SDK differ: docs/sdk.md says what of each was measured and what was read. */
export const build = {
  identify,
  version: since('2025-08') ? '2.2.1' : '2.1.33',
  /** CompletePayment and SubmitForm go out as Purchase and Lead; the older names were replaced before, too. */
  renamesConversions: since('2025-08'),
  /** A changed URL is a Pageview (measured). */
  observesHistory: since('2025-08'),
  /** ttcsid cookies keep visits, whose beginning and length are reported: LandingPageView, EngagedSession. */
  sessions: since('2025-08'),
  /** One loader of 2026-09 had it off. */
  copiesForIpv6: since('2025-08') && !since('2026-09'),
  /** Clicks and scrolls are counted and sent to /inter. */
  countsInteraction: since('2025-08'),
  /** Names and places go out; before, they were taken and kept. */
  sendsNames: since('2025-08'),
  /** An event goes out within the call if nothing has to be hashed first. */
  sendsAtOnce: since('2025-08'),
  /** page({ url, referrer }) speaks for another page. */
  pageMayBeNamed: since('2025-08'),
  /** Of several click ids in a URL the last one counts. */
  lastValueCounts: since('2025-08'),
  /** A click id in the hash is read. */
  readsHash: since('2026-05'),
  organicClicks: since('2025-08'),
  setsMountedFlag: since('2025-08'),
  /** `_ttp` says at which level of the host name it is set: `<27>.tt.<n>`. */
  levelInCookie: since('2025-08'),
  /** A second argument of track that is no object is its description. One build dropped it. */
  describes: profile !== '2025-08',
  /** Of the queued consent calls grantConsent goes last; before, they were made in the order of the page. */
  grantsLast: since('2025-08'),
  /** The next page sets the cookies again that disableCookie has switched off. */
  forgetsDisabling: since('2025-08'),
  /** A new click id goes into the cookie; before, the first one stayed. */
  renewsClickIdCookie: since('2025-08'),
  /** Events of a frame name the page at the top where they can. */
  namesTopPage: since('2025-08'),
  /** Currencies that TikTok's help centre does not list. */
  knowsNewCurrencies: since('2025-08'),
  /** revokeConsent tells TikTok so. */
  tellsRevocation: since('2026-09'),
  /** Click id and a new `_ttp` carry the time at which they were first seen. */
  timesInIds: since('2026-09'),
};
