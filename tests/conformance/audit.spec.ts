import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { sealWith } from '../../src/masking/seal.ts';
import { dayOf } from '../../src/report/day.ts';
import { pictureFile, timelineFile, writeWhole } from '../../src/report/files.ts';
import {
  UNWRITTEN_ANNOTATION,
  VISIT_ATTACHMENT,
  visitAnnotations,
  WAIVED_ANNOTATION,
} from '../../src/report/recorded.ts';
import { formatVisitFailure } from '../../src/report/terminal.ts';
import { timelineOf } from '../../src/report/timeline/model.ts';
import { timelineSvg } from '../../src/report/timeline/svg.ts';
import { timelineText } from '../../src/report/timeline/text.ts';
import { RULE_BY_ID, RULES } from '../../src/rules/index.ts';
import { isVerbose, optionsIn } from '../../src/target/options.ts';
import { sharedRun } from '../../src/target/run.ts';
import { readVisitTimes } from '../../src/target/visit-times.ts';
import { isWanted } from '../../src/target/wanted.ts';
import { visitName } from '../../src/verdict/gate.ts';
import { judgeVisit } from '../../src/verdict/judge.ts';
import { visitState } from '../../src/verdict/overview.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { withWaivers } from '../../src/verdict/waivers.ts';
import { visitsInOrder } from '../../src/visit/order.ts';
import { visitIdOf } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { test } from './fixtures.ts';

const { targets, folder, maskKey, wanted } = sharedRun();
sealWith(maskKey);

const { times } = optionsIn(process.env);
const visits = visitsInOrder(targets, times === undefined ? undefined : readVisitTimes(times));

for (const { of, plan } of visits) {
  const { target, logs, calls } = of;
  const id = visitIdOf(plan);
  if (!isWanted(id, wanted)) continue;
  test.describe(target.name, () => {
    const details = { annotation: visitAnnotations(target.name, id), tag: `@${plan.scenario}` };

    test(visitName(id), details, async ({ session }, testInfo) => {
      let picture: Buffer | undefined;
      const keepPicture = (taken: Buffer) => {
        picture = taken;
      };
      const evidence = await test.step('visit', async () =>
        recordVisit(session, target, plan, logs, { calls, keepPicture }));

      const run = testInfo.repeatEachIndex === 0 ? '' : `.run-${testInfo.repeatEachIndex + 1}`;
      const file = `evidence/${target.name}/${plan.id}${run}.json`;
      write(file, `${JSON.stringify(evidence, null, 2)}\n`, testInfo);
      const today = dayOf();
      const judged = judgeVisit(evidence, target, RULES, file, today);
      const visit = {
        ...judged,
        timeline: timelineFile(file),
        ...(picture ? { picture: pictureFile(file) } : {}),
      };
      await testInfo.attach(VISIT_ATTACHMENT, {
        body: JSON.stringify(visit),
        contentType: 'application/json',
      });
      // A copy of a file, which a full disk may refuse: the verdicts are out by then.
      await testInfo.attach('evidence', { path: join(folder, file), contentType: 'application/json' });
      const waived = withWaivers(visit, target.waivers, today);
      const timeline = timelineOf(evidence, waived);
      write(visit.timeline, timelineSvg(timeline), testInfo);
      await testInfo.attach('timeline', {
        path: join(folder, visit.timeline),
        contentType: 'image/svg+xml',
      });
      if (picture && visit.picture !== undefined) {
        write(visit.picture, picture, testInfo);
        await testInfo.attach('page', { path: join(folder, visit.picture), contentType: 'image/png' });
      }
      for (const verdict of waived.verdicts) {
        if (verdict.outcome === 'waived')
          testInfo.annotations.push({ type: WAIVED_ANNOTATION, description: verdict.rule });
        await step(verdict);
      }

      // What fails without holding the release is in the reports, and no failure of the visit.
      if (visitState(waived, target.gate.failOn) !== 'passed') {
        const course = isVerbose(process.env) ? `\n\n${timelineText(timeline)}` : '';
        throw asFailure(`${formatVisitFailure(waived, RULE_BY_ID)}${course}`);
      }
    });
  });
}

/** Writes a file of the run. That it cannot be is noted: the reporter gets the error as text only. */
function write(file: string, text: string | Buffer, { annotations }: TestInfo): void {
  try {
    writeWhole(join(folder, file), text);
  } catch (error) {
    annotations.push({ type: UNWRITTEN_ANNOTATION });
    throw error;
  }
}

const CONTENT: Verdict['outcome'][] = ['pass', 'inapplicable', 'waived'];

/** Shows a rule as a step. The visit fails once, at its end, with everything that was found. */
async function step({ rule, outcome, reason, findings }: Verdict): Promise<void> {
  await test
    .step(`${rule}: ${outcome}`, () => {
      if (!CONTENT.includes(outcome)) {
        throw asFailure(reason ?? findings.map(({ message }) => message).join('\n'));
      }
    })
    .catch(() => undefined);
}

/** An error that is all message: where in the harness it was thrown helps nobody. */
function asFailure(message: string): Error {
  return Object.assign(new Error(message), { stack: message });
}
