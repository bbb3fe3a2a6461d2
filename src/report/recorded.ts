import type { TestCase, TestResult } from '@playwright/test/reporter';
import type { VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit, type VisitId } from './collect.ts';
import { firstLines } from './text.ts';

/** Name of the attachment that holds a visit's verdicts as JSON. */
export const VISIT_ATTACHMENT = 'ttq-visit';

/** The visit that a test makes, by its annotations; undefined for any other test. */
export function visitIdOf(test: TestCase): VisitId | undefined {
  const of = (type: string) => test.annotations.find((annotation) => annotation.type === type)?.description;
  const [journey, scenario, clickUrl, fault] = ['journey', 'scenario', 'click-url', 'fault'].map(of);
  if (journey === undefined || scenario === undefined) return undefined;
  return {
    journey,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** What came of a visit: the verdicts that its test attached, else a missing visit that says why there are none. */
export function recordedVisit(id: VisitId, result: TestResult): VisitVerdicts {
  const visit = attached(result);
  if (!visit) return missingVisit(id, whyMissing(result));
  const known = { ...visit, ...id };
  const saysNothing =
    known.outcome === 'complete' && known.verdicts.every(({ outcome }) => outcome !== 'fail');
  // The rules are content, and yet the test is not: something broke that they know nothing of.
  if (saysNothing && result.status !== 'passed') {
    return { ...known, outcome: 'broken', problem: { kind: 'recorder', message: whyMissing(result) } };
  }
  return known;
}

function attached(result: TestResult): VisitVerdicts | undefined {
  const body = result.attachments.findLast(({ name }) => name === VISIT_ATTACHMENT)?.body;
  try {
    const visit = JSON.parse(body?.toString('utf8') ?? 'null') as VisitVerdicts | null;
    return visit && Array.isArray(visit.verdicts) ? visit : undefined;
  } catch {
    return undefined;
  }
}

function whyMissing({ status, errors }: TestResult): string {
  const [error] = errors;
  if (error) return firstLines(error.message ?? error.value ?? 'an unknown error');
  if (status === 'skipped') return 'it was skipped';
  if (status === 'interrupted') return 'it was interrupted';
  return `its test ended as ${status} without verdicts`;
}
