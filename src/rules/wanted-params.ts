import { amountOf } from '../tiktok/event-contents.ts';
import { revenueProblems } from '../tiktok/revenue.ts';
import { finding, shown } from './finding.ts';
import type { Args, Finding } from './rule.ts';

/** What an event carried, and the place of its properties. */
export interface Carried {
  canonical: string;
  properties: Record<string, unknown>;
  place: string;
  page: string;
}

/**
 * One of the events must carry what the target wants; if none does, the last one shows what it carries instead. Other rules
 * report values that are wrong in themselves, so an event with no other problem is preferred to the last one.
 */
export function paramFindings(
  event: string,
  params: Record<string, unknown>,
  carried: Carried[],
): Finding<'params', Args<'event' | 'name' | 'wanted' | 'found'>>[] {
  const wrong = (one: Carried) => {
    const { canonical, properties } = one;
    // A missing or plainly wrong value or currency is left to a rule of params.
    const problems = revenueProblems(canonical, properties).map((problem) => problem.replace(/^\w+-/, ''));
    return Object.entries(params).filter(
      ([name, value]) => !problems.includes(name) && !isEqual(properties[name], value),
    );
  };
  if (carried.some((one) => wrong(one).length === 0)) return [];
  const isOfValue = (one: Carried) => wrong(one).every(([name]) => name === 'value');
  const last = carried.findLast(isOfValue) ?? carried.at(-1)!;
  return wrong(last).map(([name, value]) => {
    const found = last.properties[name];
    const args = { event, name, wanted: JSON.stringify(value), found: shown(found) };
    const member = found === undefined ? '' : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const about = { parameter: name, wanted: `${name}=${String(value)}` };
    return finding('params', last.place + member, { args, event, page: last.page, about });
  });
}

/**
 * Whether two JSON values are the same. An object must have the members that the target names; a number may be sent as text,
 * which TikTok reads as the number.
 */
function isEqual(found: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'number') return amountOf(found) === amountOf(wanted);
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([key, value]) =>
    isEqual((found as Record<string, unknown>)[key], value),
  );
}
