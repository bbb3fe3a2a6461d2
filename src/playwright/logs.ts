/** Where visits and the site's server meet, absolute; the configuration of a suite sets it, and its workers inherit it. */
export const SUITE_LOGS = 'TTQ_SUITE_LOGS';

/** The folder of the suite's log; undefined where the site's server is not followed. */
export function suiteLogs(env = process.env): string | undefined {
  return env[SUITE_LOGS] || undefined;
}
