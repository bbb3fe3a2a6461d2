import { addressOf } from '../tiktok/address.ts';
import type { Arguments, Finding } from './rule.ts';

type Details<A extends Arguments> = Partial<Omit<Finding<string, A>, 'code' | 'place' | 'args'>> & {
  args?: A;
};

/** A finding. `place`: JSON Pointer into the evidence. */
export function finding<const Code extends string, A extends Arguments = Record<never, never>>(
  code: Code,
  place: string,
  { args, ...details }: Details<A> = {},
): Finding<Code, A> {
  return { code, place, args: args ?? ({} as A), ...details };
}

/** A finding that something was not seen. */
export function absent<const Code extends string, A extends Arguments = Record<never, never>>(
  code: Code,
  place: string,
  details: Details<A> = {},
): Finding<Code, A> {
  return { ...finding(code, place, details), absence: true };
}

/** The first finding of each breach, by what distinguishes them. */
export function firstOfEach<F extends Finding>(
  findings: readonly F[],
  key: (finding: F) => readonly unknown[],
): F[] {
  return [...Map.groupBy(findings, (one) => JSON.stringify(key(one))).values()].map(([first]) => first!);
}

/** For a message: the page's path, which is enough to find it and contains no click id. */
export function pathOf(url: string): string {
  return addressOf(url)?.pathname ?? url;
}

/** For a message: the last part of an address with line and column, which is enough to find it; empty if there is none. */
export function lineOf(source: string): string {
  return /[^/]*:\d+:\d+$/.exec(source.replace(/\?[^:]*/, ''))?.[0] ?? '';
}

/** For a message: `a`, `a and b`, `a, b and c`; empty for none. */
export function listed(items: Iterable<string>): string {
  const all = [...new Set(items)];
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** For a message: an id as it was sent, quoted to show its ends and any blanks there. */
export function quoted(id: string | number): string {
  return JSON.stringify(String(id));
}

/** For a message: a value as the page gave it. What JSON cannot express, such as NaN, is tagged in the evidence. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const tag = typeof value === 'object' && value !== null && '$' in value ? value.$ : undefined;
  return typeof tag === 'string' ? tag : JSON.stringify(value);
}
