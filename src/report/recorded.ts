import type { TestCase, TestResult } from '@playwright/test/reporter';
import { type Problem, type ProblemKind, problem } from '../evidence/problem.ts';
import { isInconclusive } from '../verdict/gate.ts';
import type { VisitId, VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit } from '../verdict/visit-id.ts';
import { firstLines } from './text.ts';

/** Name of the attachment that holds a visit's verdicts as JSON. */
export const VISIT_ATTACHMENT = 'ttq-visit';

/** Type of the annotations that name what a visit's waivers cover. */
export const WAIVED_ANNOTATION = 'waived';

/** Type of the annotation of a test that could not write its results: its error reaches the reporter as text only. */
export const UNWRITTEN_ANNOTATION = 'unwritten';

/** The visit that a test makes. */
export interface TestedVisit {
  target: string;
  id: VisitId;
  /** Which run of the visit it is, from 1. */
  run: number;
}

/** Annotations by which a test says which visit it makes: for `testedVisit`, and for Allure. */
export function visitAnnotations(target: string, { journey, scenario, clickUrl, fault }: VisitId) {
  const labels = {
    parentSuite: target,
    suite: journey,
    subSuite: scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault }),
  };
  return [
    { type: 'target', description: target },
    { type: 'journey', description: journey },
    { type: 'scenario', description: scenario },
    ...(clickUrl === undefined ? [] : [{ type: 'click-url', description: clickUrl }]),
    ...(fault === undefined ? [] : [{ type: 'fault', description: fault }]),
    ...Object.entries(labels).map(([label, description]) => ({ type: `allure.label.${label}`, description })),
  ];
}

/** The visit that a test makes, by its annotations; undefined for any other test. */
export function testedVisit(
  test: Pick<TestCase, 'annotations' | 'repeatEachIndex'>,
): TestedVisit | undefined {
  const of = (type: string) => test.annotations.find((annotation) => annotation.type === type)?.description;
  const [target, journey, scenario, clickUrl, fault] = NAMES.map(of);
  if (target === undefined || journey === undefined || scenario === undefined) return undefined;
  const id = {
    journey,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault }),
  };
  return { target, id, run: test.repeatEachIndex + 1 };
}

const NAMES = ['target', 'journey', 'scenario', 'click-url', 'fault'];

/** The parts of a test's result that are read. */
export type TestOutcome = Pick<TestResult, 'status' | 'errors' | 'attachments' | 'annotations'> &
  Partial<Pick<TestResult, 'duration'>>;

/** What came of a visit: the verdicts that its test attached, or a missing visit with the reason. */
export function recordedVisit(id: VisitId, result: TestOutcome): VisitVerdicts {
  const visit = attached(result);
  if (!visit) return missingVisit(id, whyMissing(result, 'missing'));
  const known = { ...visit, ...id };
  // The browser was closed by the interruption, which the recorder calls a crash.
  if (result.status === 'interrupted' && known.outcome === 'broken')
    return { ...known, problem: problem('interrupted', {}, 'recorder') };
  const saysNothing =
    known.outcome === 'complete' &&
    known.verdicts.every((verdict) => verdict.outcome !== 'fail' && !isInconclusive(verdict));
  // The rules found nothing, yet the test failed: something broke that they do not know.
  if (saysNothing && result.status !== 'passed') {
    return { ...known, outcome: 'broken', problem: whyMissing(result, 'recorder') };
  }
  return known;
}

function attached(result: TestOutcome): VisitVerdicts | undefined {
  const body = result.attachments.findLast(({ name }) => name === VISIT_ATTACHMENT)?.body;
  try {
    const visit = JSON.parse(body?.toString('utf8') ?? 'null') as VisitVerdicts | null;
    return visit && Array.isArray(visit.verdicts) ? visit : undefined;
  } catch {
    return undefined;
  }
}

/** Node's errors for no room, or no right to write, where Playwright does the writing. */
const NO_ROOM = /\b(ENOSPC|EDQUOT|EROFS|EFBIG)\b/;

/** Why a test gave no verdicts, or none that count. */
export function whyMissing({ status, errors, annotations }: TestOutcome, kind: ProblemKind): Problem {
  const [first] = errors;
  if (first) {
    const text = first.message ?? first.value ?? 'an unknown error';
    const isNoted = annotations.some(({ type }) => type === UNWRITTEN_ANNOTATION);
    const isUnwritten = isNoted || NO_ROOM.test(text);
    return problem(isUnwritten ? 'unwritten' : 'test-failed', { error: firstLines(text) }, kind);
  }
  if (status === 'skipped') return problem('skipped', {}, kind);
  if (status === 'interrupted') return problem('interrupted', {}, kind);
  return problem('no-verdicts', { status }, kind);
}
