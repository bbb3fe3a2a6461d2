import type { Evidence } from '../evidence/evidence.ts';
import { traitsOf } from '../target/scenarios.ts';
import type { SentToTikTok } from '../views/consent.ts';
import { pathOf } from './finding.ts';
import { eventNames } from './server-side.ts';

/** Whether the visitor left the consent banner alone in the whole visit, so that all of it came before an answer. */
export function isIgnored({ scenario }: Pick<Evidence, 'scenario'>): boolean {
  return traitsOf(scenario)?.consent === 'ignore';
}

/** Why a rule of consent does not apply. */
export const UNASKED = { inapplicable: 'No consent banner was answered' };

/** Why a rule could not be judged after the answer. */
export const ENDED = { inconclusive: 'The visit ended with the consent answer: add a step to the journey' };

/** What one side sent TikTok from one page: one finding. */
export interface SentFromPage {
  side: SentToTikTok['side'];
  /** Time of the first event. */
  at: number;
  place: string;
  page: string;
  path: string;
  /** Names, for a message. */
  events: string;
}

/** Groups what was sent to TikTok by side and page. */
export function sentByPage(sent: readonly SentToTikTok[]): SentFromPage[] {
  const groups = Map.groupBy(sent, ({ side, page }) => (side === 'server' ? side : page));
  return [...groups.values()].map((same) => {
    const [{ side, at, place, page }] = same as [SentToTikTok];
    return { side, at, place, page, path: pathOf(page), events: eventNames(same.map(({ event }) => event)) };
  });
}
