import type { MainSettings } from './settings.ts';

/** Handed in by the server. */
declare const TTQ_SETTINGS: MainSettings;

const { profile, identify } = TTQ_SETTINGS;

/** In what the builds of TikTok's SDK differ. */
export const build = {
  identify,
  /** Old names of events are replaced, and a changed URL is a Pageview (since 2025, measured). */
  renames: profile !== '2024',
  observesHistory: profile !== '2024',
  /** `_ttp` tells at which level of the host name it stands: `<27>.tt.<n>`. */
  levelInCookie: profile !== '2024',
  /** ttcsid says whether EngagedSession was sent. The field came with the event. */
  engagedSessions: profile !== '2024',
  /** Click id and a new `_ttp` carry the time at which they were first seen. */
  timesInIds: profile === '2026-09',
};
