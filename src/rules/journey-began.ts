import type { Evidence } from '../evidence/evidence.ts';
import { traitsOf } from '../target/scenarios.ts';
import type { Target } from '../target/target.ts';
import { blindSpot } from '../views/blind.ts';
import { comesAgain } from './scenarios.ts';

/**
 * When the journey itself began, on the visit's clock. It is preceded by the earlier visit that a scenario asks for, and by the
 * ad's page, if the visitor had to go on from it to the journey's start.
 */
export function journeyBegan(evidence: Evidence, target: Target): number {
  const { documents, journey, scenario, steps } = evidence;
  const planned = target.journeys.find(({ name }) => name === journey);
  const [first] = steps;
  // The visitor goes on to the start by a step that is not part of the journey.
  const [own] = planned?.steps ?? [];
  const isOwn = own !== undefined && 'goto' in own && own.goto === planned?.start;
  if (first?.action === 'goto' && first.on === planned?.start && !isOwn) return first.at;
  // Without steps, only the start page itself shows where the visitor went on from the ad.
  if (blindSpot(evidence, 'steps'))
    return documents.find(({ frame, url }) => frame === 'main' && isStart(url, planned?.start))?.at ?? 0;
  const traits = traitsOf(scenario);
  if (!traits || !comesAgain(traits)) return 0;
  const earlier = documents[0]?.tab;
  return documents.find(({ frame, tab }) => frame === 'main' && tab !== earlier)?.at ?? 0;
}

function isStart(url: string, start = '/'): boolean {
  return URL.parse(url)?.pathname === URL.parse(start, url)?.pathname;
}
