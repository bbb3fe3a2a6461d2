import { PIXEL_HOST } from './hosts.ts';

/**
 * What stands for a script of TikTok's where a site's server fetches it: the server passes it on, and on the way to the page the real
 * one takes its place. It names TikTok's host, so that it shows what a site that rewrites its scripts makes of that.
 */
export const STOOD_IN_SCRIPT = `/* ttq-conformance gives the script: https://${PIXEL_HOST}/ */`;

const REWRITTEN = /^\s*\/\* ttq-conformance gives the script: (\S+) \*\//;

/** What TikTok's host has become in the script that a site passed on; undefined where it passed on something else. */
export function rewrittenHost(script: string): string | undefined {
  return REWRITTEN.exec(script)?.[1];
}

/** A script of TikTok's as a site that rewrites TikTok's host passes it on. */
export function rewritten(script: string, host: string): string {
  return script.replaceAll(`https://${PIXEL_HOST}/`, host);
}
