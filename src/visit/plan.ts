import { isAboutConsent, TRAITS } from '../target/scenarios.ts';
import { DEFAULT_FAULTS, type Journey, type ScenarioName, type Target } from '../target/target.ts';
import { taggedUrl } from '../tiktok/click-id.ts';
import { type Fault, faultName } from '../tiktok/events-api/faults.ts';

/** One visit to make. */
export interface PlannedVisit {
  journey: Journey;
  scenario: ScenarioName;
  /** If the visitor comes from an ad: the click URL, with `{ttclid}` in it. */
  clickUrl?: string;
  /** For events-api-faults: the fault of the Events API. */
  fault?: Fault;
  /** Unique in the plan, and usable as a file name. */
  id: string;
}

/** What identifies a visit in reports. */
export function visitIdOf({ journey, scenario, clickUrl, fault }: PlannedVisit) {
  return {
    journey: journey.name,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault: faultName(fault) }),
  };
}

/**
 * Every visit that a target asks for: each journey under each scenario; ad-click once for each click URL (other scenarios with an
 * ad use the first, as do those about consent if the target says so); events-api-faults once for each fault, if the journey
 * expects server events.
 */
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
      const traits = TRAITS[scenario];
      const { comes, everyAd, eventsApi } = traits;
      const isByAd = target.consentVisits === 'ad' && isAboutConsent(traits);
      if (eventsApi === 'faulty') {
        return faults(target, journey).map((fault) => {
          return { journey, scenario, fault, id: fileName(`${id}.${faultName(fault)}`) };
        });
      }
      if (comes === 'start' && !isByAd) return [{ journey, scenario, id }];
      const urls = clickUrls(target, journey);
      return (everyAd ? urls : urls.slice(0, 1)).map((clickUrl) => {
        return { journey, scenario, clickUrl, id };
      });
    }),
  );
}

/** Without a click URL, an ad leads to the start. */
function clickUrls(target: Target, journey: Journey): string[] {
  return target.clickUrls.length > 0 ? target.clickUrls : [taggedUrl(journey.start)];
}

function faults({ eventsApi }: Target, { expect }: Journey): readonly Fault[] {
  return expect.some(({ server }) => server) ? (eventsApi.faults ?? DEFAULT_FAULTS) : [];
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '-');
}
