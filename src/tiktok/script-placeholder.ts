import { PIXEL_HOST } from './hosts.ts';

/**
 * Placeholder for a TikTok script that a site's server fetches: the server passes it on, and on its way to the page it is
 * replaced by the real script. It contains TikTok's host name, to show what a site that rewrites scripts does to it.
 */
export const SCRIPT_PLACEHOLDER = `/* ttq-conformance gives the script: https://${PIXEL_HOST}/ */`;

const REWRITTEN = /^\s*\/\* ttq-conformance gives the script: (\S+) \*\//;

/** What TikTok's host has become in the script that a site passed on; undefined if the site passed on something else. */
export function rewrittenHost(script: string): string | undefined {
  return REWRITTEN.exec(script)?.[1];
}

/** A TikTok script as passed on by a site that rewrites TikTok's host. */
export function rewritten(script: string, host: string): string {
  return script.replaceAll(`https://${PIXEL_HOST}/`, host);
}
