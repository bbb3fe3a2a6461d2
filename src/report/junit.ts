import { plural } from '../verdict/breaches.ts';
import { visitName } from '../verdict/gate.ts';
import { countsOf, visitState } from '../verdict/overview.ts';
import type { AuditVerdicts, Counts, TargetVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { isWholeRun, reportedOf } from '../verdict/whole-run.ts';
import { html } from './escape.ts';
import { formatVisitFailure, type RuleTexts } from './terminal.ts';

/**
 * An audit as JUnit XML for CI systems: a suite for each target, a case for each visit. A failed visit is a `failure`, one that
 * could not be judged an `error`; so is whatever holds the audit but belongs to no visit. The same audit gives the same bytes.
 */
export function formatJunit(audit: AuditVerdicts, rules: RuleTexts): string {
  const { targets, gate } = audit;
  const counts = countsOf(targets);
  const others = gate.reasons.filter(({ target, code }) => target === undefined && !isOfVisits(code));
  const ofRun = targets.length === 1 ? [] : others;
  const visits = targets.reduce((sum, target) => sum + target.visits.length, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ttq-conformance" tests="${visits}" failures="${counts.failedVisits}" errors="${counts.unjudgedVisits}">`,
    ...targets.flatMap((target) => suite(target, rules)),
    ...(ofRun.length > 0
      ? [
          `<testsuite name="the run"><system-err>${ofRun.map(({ message }) => html(message)).join('\n')}</system-err></testsuite>`,
        ]
      : []),
    '</testsuites>\n',
  ].join('\n');
}

/** Reasons that the cases show already. */
function isOfVisits(code: string): boolean {
  return ['failed', 'missing', 'broken', 'unjudged', 'nothing-applied'].includes(code);
}

function suite(target: TargetVerdicts, rules: RuleTexts): string[] {
  const counts = countsOf([target]);
  const { visits, gate } = target;
  const others = gate.reasons.filter(({ code, args }) => !isOfVisits(code) || args.of === 0);
  return [
    `<testsuite name="${html(target.target)}" tests="${visits.length}" failures="${counts.failedVisits}" errors="${counts.unjudgedVisits}">`,
    `<properties>${properties(counts)}</properties>`,
    ...visits.map((visit) => testCase(visit, target, rules)),
    ...(others.length > 0
      ? [
          `<system-err>${[...others.map(({ message }) => message), ...wholeRun(target, rules)].map(html).join('\n')}</system-err>`,
        ]
      : []),
    '</testsuite>',
  ];
}

function properties({ failedRules, failedVisits, unjudgedVisits }: Counts): string {
  const named = {
    'failed rules': failedRules,
    'failed visits': failedVisits,
    'unjudged visits': unjudgedVisits,
  };
  return Object.entries(named)
    .map(([name, value]) => `<property name="${name}" value="${value}"/>`)
    .join('');
}

/** Failures over the whole run belong to no visit. */
function wholeRun(target: TargetVerdicts, rules: RuleTexts): string[] {
  return reportedOf(target)
    .filter((visit) => isWholeRun(visit) && visit.verdicts.some(({ outcome }) => outcome === 'fail'))
    .map((visit) => formatVisitFailure(visit, rules));
}

function testCase(
  visit: VisitVerdicts,
  { target, visits, failOn }: TargetVerdicts,
  rules: RuleTexts,
): string {
  const open = `<testcase classname="${html(target)}" name="${html(visitName(visit, visits))}">`;
  const state = visitState(visit, failOn);
  if (state === 'passed') return `${open}</testcase>`;
  const tag = state === 'failed' ? 'failure' : 'error';
  const text = formatVisitFailure(visit, rules);
  return `${open}<${tag} message="${html(headline(visit, state))}">${html(text)}</${tag}></testcase>`;
}

function headline({ verdicts, problem }: VisitVerdicts, state: string): string {
  if (problem) return problem.message;
  const failed = verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
  return state === 'failed'
    ? `${plural(failed.length, 'rule')} failed: ${failed.join(', ')}`
    : 'Could not be judged';
}
