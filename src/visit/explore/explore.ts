import { sentEvents } from '../../views/events.ts';
import { answerIn } from './answers.ts';
import type { Explored, Found, Place } from './look.ts';

export type { Explored } from './look.ts';

/**
 * Explores a shop like a visitor who wants to buy, behind the same doors as a visit: nothing reaches TikTok, nothing is ordered.
 */
export async function explore(place: Place): Promise<Explored> {
  const [denied, explored] = await Promise.all([
    answerIn(place, 'deny'),
    answerIn(place, 'grant', { goOn: (look) => look.walk() }),
  ]);
  const { tool = explored.consent.tool, deny } = denied.consent;
  const { grant } = explored.consent;
  if (tool !== undefined) explored.consent.tool = tool;
  // The first page may have no pixel: events sent on the way prove it as well.
  if (grant?.unshown !== undefined && sentEvents(explored.evidence).length === 0) {
    delete explored.consent.grant;
    explored.missing.push(`consent.grant: ${grant.unshown}`);
  } else if (tool !== undefined && !grant)
    explored.missing.push(`consent.grant: what grants consent in the banner of ${tool}`);
  if (deny && deny.unshown === undefined) explored.consent.deny = deny;
  else if (tool !== undefined)
    explored.missing.push(`consent.deny: ${deny?.unshown ?? `what refuses in the banner of ${tool}`}`);
  if (grant?.isNoted && tool === undefined && !deny) closeAsNotice(explored, grant);
  return explored;
}

/** A notice that nothing waits for and nothing refuses asks for no consent. It is closed on the way, as it may cover the page. */
function closeAsNotice(explored: Explored, { steps }: Found): void {
  delete explored.consent.grant;
  explored.steps.unshift(...steps);
}
