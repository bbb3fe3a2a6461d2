import type { MainSettings } from './settings.ts';

/** Handed in by the server. */
declare const TTQ_SETTINGS: MainSettings;

const { profile, identify } = TTQ_SETTINGS;

const is2024 = profile === '2024';

/** In what the builds of TikTok's SDK differ. Where nothing else is said, what 2024 lacks is in the builds since 2025. */
export const build = {
  identify,
  version: is2024 ? '2.1.33' : '2.2.1',
  /** Old names of events are replaced, and a changed URL is a Pageview (measured). */
  renames: !is2024,
  observesHistory: !is2024,
  /** ttcsid cookies keep visits, whose beginning and length are reported: LandingPageView, EngagedSession. */
  sessions: !is2024,
  copiesForIpv6: !is2024,
  /** Clicks and scrolls are counted and sent to /inter. */
  countsInteraction: !is2024,
  /** Names and places go out; before, they were taken and kept. */
  sendsNames: !is2024,
  /** An event goes out within the call if nothing has to be hashed first. */
  sendsAtOnce: !is2024,
  /** page({ url, referrer }) speaks for another page. */
  pageMayBeNamed: !is2024,
  /** Of several click ids in a URL the last one counts, and the hash is read. */
  readsHash: !is2024,
  organicClicks: !is2024,
  setsMountedFlag: !is2024,
  /** `_ttp` tells at which level of the host name it stands: `<27>.tt.<n>`. */
  levelInCookie: !is2024,
  /** revokeConsent tells TikTok so. */
  tellsRevocation: profile === '2026-09',
  /** Click id and a new `_ttp` carry the time at which they were first seen. */
  timesInIds: profile === '2026-09',
};
