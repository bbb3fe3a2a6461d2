import type { Profile } from '../../target/target.ts';

/** What the server passes to events.js, which it generates for each request. */
export interface LoaderSettings {
  /** The requested pixel id; may be empty. */
  pixel: string;
  /** Whether TikTok knows a pixel of this id. */
  known: boolean;
  firstPartyCookies: boolean;
  automaticMatching: boolean;
  /** URL of the main script. */
  main: string;
  /** Both are UUIDs, generated for each request. */
  loadId: string;
  serverId: string;
}

/** What is built into a main script. */
export interface MainSettings {
  profile: Profile;
  /** URL of the identify script. */
  identify: string;
}
