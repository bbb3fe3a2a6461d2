import type { Journey, ScenarioName, Target } from '../target/target.ts';

/** One visit to make. */
export interface PlannedVisit {
  journey: Journey;
  scenario: ScenarioName;
  /** For ad-click: the click URL, with `{ttclid}` in it. */
  clickUrl?: string;
  /** Unique in the plan, and usable as a file name. */
  id: string;
}

/** Every visit that a target asks for: each journey under each scenario, ad-click once for each click URL. */
export function planVisits(target: Target): PlannedVisit[] {
  const taken = new Map<string, number>();
  return visits(target).map((visit) => {
    const times = (taken.get(visit.id) ?? 0) + 1;
    taken.set(visit.id, times);
    return times === 1 ? visit : { ...visit, id: `${visit.id}.${times}` };
  });
}

function visits(target: Target): PlannedVisit[] {
  return target.journeys.flatMap((journey) =>
    target.scenarios.flatMap((scenario): PlannedVisit[] => {
      const id = fileName(`${journey.name}.${scenario}`);
      if (scenario !== 'ad-click') return [{ journey, scenario, id }];
      return clickUrls(target, journey).map((clickUrl) => ({ journey, scenario, clickUrl, id }));
    }),
  );
}

/** TikTok's auto-tagging appends the parameter to the landing page, so that is what an ad without a click URL of its own does. */
function clickUrls(target: Target, journey: Journey): string[] {
  if (target.clickUrls.length > 0) return target.clickUrls;
  const [address, hash] = journey.start.split('#', 2);
  const tagged = `${address}${address!.includes('?') ? '&' : '?'}ttclid={ttclid}`;
  return [hash === undefined ? tagged : `${tagged}#${hash}`];
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '-');
}
