import type { Evidence } from '../evidence/evidence.ts';
import { nearest } from '../evidence/pointer.ts';
import { readMask, readMasked, readSealed } from '../masking/mask.ts';
import { findingsOf } from '../tiktok/events-api/answer.ts';
import { type ContractFinding, itemIndexOf } from '../tiktok/events-api/finding.ts';
import { tokenForm, tokenOfForm } from '../tiktok/events-api/token.ts';
import { record } from '../tiktok/pixel-request.ts';
import { serverRequests } from './events.ts';
import { perEvidence } from './memo.ts';

/** A breach of the Events API's contract, with its place in the evidence. */
export interface ServerFinding extends ContractFinding {
  /** Index of the request. */
  request: number;
  /** JSON Pointer into the evidence; for a missing member, to what should contain it. */
  place: string;
  /** Names of the events affected: that of the item it is in, otherwise all in the request. */
  events: string[];
}

type ServerRequest = Evidence['server']['requests'][number];

/**
 * Checks every request of the site's server against the contract again. The stub's answer may be a fault that the target asked
 * for; these findings are about the request itself.
 */
export const contractFindings = perEvidence((evidence): readonly ServerFinding[] => {
  return evidence.server.requests.flatMap((request, index) => {
    const names = serverRequests(evidence)[index]!.map(({ event }) => event);
    const isSeen = ({ path }: ContractFinding) =>
      !(request.unseen?.includes('headers') && path.startsWith('/headers/'));
    const findings = findingsOf(unmasked(request)).filter(isSeen);
    return findings.map((finding) => {
      const item = itemIndexOf(finding.path);
      return {
        ...finding,
        request: index,
        place: nearest(evidence, `/server/requests/${index}${finding.path}`),
        events: item === undefined ? names : [names[item] ?? ''],
      };
    });
  });
});

/** The same finding in several events, reported once. */
export interface MergedFinding {
  /** The first of them. */
  first: ServerFinding;
  /** Names, each once. */
  events: string[];
  /** How often it was found. */
  times: number;
}

/** Findings of one kind in one member are merged, whatever their event and request. */
export function mergedFindings(findings: readonly ServerFinding[]): MergedFinding[] {
  const groups = Map.groupBy(findings, ({ level, code, path }) => `${level} ${code} ${memberOf(path)}`);
  return [...groups.values()].map((group) => ({
    first: group[0]!,
    events: [...new Set(group.flatMap(({ events }) => events))],
    times: group.length,
  }));
}

/** A path without the indexes of lists. */
export function memberOf(path: string): string {
  return path.replace(/\/\d+(?=\/|$)/g, '/*');
}

/**
 * The request with a text of the same form for each masked one: as an address or a token, a digest would be refused. Checks that
 * need the text itself were made by the stub.
 */
function unmasked({ method, url, headers, body }: ServerRequest) {
  const likeness = ['access-token', 'authorization'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, likenessOf(headers[name])]],
  );
  return { method, url, headers: { ...headers, ...Object.fromEntries(likeness) }, body: formsOf(body) };
}

function likenessOf(token: string): string {
  const masked = readMasked(token);
  const sealed = readSealed(token);
  return masked ? tokenOfForm(tokenForm(masked)) : sealed ? tokenOfForm(sealed.form) : token;
}

function formsOf(value: unknown): unknown {
  if (typeof value === 'string') return formOf(value);
  if (Array.isArray(value)) return value.map(formsOf);
  if (record(value) !== value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, formsOf(member)]));
}

/** A text as it was written; a masked one as a text of the same form, with a for letters and 9 for digits; a secret as a word. */
export function formOf(text: string): string {
  const masked = readMask(text);
  if (!masked) return text;
  const { kind, shape = kind } = masked;
  // No part of an IPv4 address goes up to 999.
  return kind === 'ip' ? shape.replace(/\b999\b/g, '199') : shape;
}

/** A path as people write it: `data[].event_time`. */
export function fieldName(path: string): string {
  return memberOf(path)
    .replace(/^\/(body\/)?/, '')
    .replaceAll('/*', '[]')
    .replaceAll('/', '.');
}
