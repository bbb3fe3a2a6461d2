import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { timelineFile } from '../../src/report/files.ts';
import { VISIT_ATTACHMENT } from '../../src/report/recorded.ts';
import { formatVisitFailure } from '../../src/report/terminal.ts';
import { timelineOf } from '../../src/report/timeline/model.ts';
import { timelineSvg } from '../../src/report/timeline/svg.ts';
import { timelineText } from '../../src/report/timeline/text.ts';
import { RULES } from '../../src/rules/index.ts';
import { visitName } from '../../src/verdict/gate.ts';
import { judgeVisit } from '../../src/verdict/judge.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { withWaivers } from '../../src/verdict/waivers.ts';
import { planVisits, visitIdOf } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { loadRun } from '../../src/visit/run.ts';
import { test } from './fixtures.ts';

const { target } = await loadRun();
const rules = new Map(RULES.map((rule) => [rule.id, rule]));

for (const plan of planVisits(target)) {
  const id = visitIdOf(plan);
  const { journey, scenario, clickUrl, fault } = id;
  const labels = {
    parentSuite: target.name,
    suite: journey,
    subSuite: scenario,
    ...(clickUrl ? { clickUrl } : {}),
    ...(fault ? { fault } : {}),
  };
  const annotation = [
    { type: 'journey', description: journey },
    { type: 'scenario', description: scenario },
    ...(clickUrl ? [{ type: 'click-url', description: clickUrl }] : []),
    ...(fault ? [{ type: 'fault', description: fault }] : []),
    ...Object.entries(labels).map(([label, description]) => ({ type: `allure.label.${label}`, description })),
  ];

  test(visitName(id), { annotation, tag: `@${scenario}` }, async ({ session, run }, testInfo) => {
    const evidence = await test.step('visit', () => recordVisit(session, run.target, plan, run.logs));

    const file = `evidence/${plan.id}.json`;
    await mkdir(join(run.reports, 'evidence'), { recursive: true });
    await writeFile(join(run.reports, file), `${JSON.stringify(evidence, null, 2)}\n`);
    await testInfo.attach('evidence', { path: join(run.reports, file), contentType: 'application/json' });

    const visit = { ...judgeVisit(evidence, target, RULES, file), timeline: timelineFile(file) };
    const today = new Date().toISOString().slice(0, 10);
    const timeline = timelineOf(evidence, withWaivers(visit, target.waivers, today));
    const picture = join(run.reports, visit.timeline);
    await mkdir(dirname(picture), { recursive: true });
    await writeFile(picture, timelineSvg(timeline));
    await testInfo.attach('timeline', { path: picture, contentType: 'image/svg+xml' });

    await testInfo.attach(VISIT_ATTACHMENT, { body: JSON.stringify(visit), contentType: 'application/json' });
    for (const verdict of visit.verdicts) await step(verdict);

    const content = visit.verdicts.every(({ outcome }) => outcome === 'pass' || outcome === 'inapplicable');
    if (!content || visit.outcome !== 'complete') {
      throw asFailure(`${formatVisitFailure(visit, rules)}\n\n${timelineText(timeline)}`);
    }
  });
}

/** Shows a rule as a step. The visit fails once, at its end, with everything that was found. */
async function step({ rule, outcome, reason, findings }: Verdict): Promise<void> {
  await test
    .step(`${rule}: ${outcome}`, () => {
      if (outcome === 'fail' || outcome === 'inconclusive') {
        throw asFailure(reason ?? findings.map(({ message }) => message).join('\n'));
      }
    })
    .catch(() => undefined);
}

/** An error that is all message: where in the harness it was thrown helps nobody. */
function asFailure(message: string): Error {
  return Object.assign(new Error(message), { stack: message });
}
