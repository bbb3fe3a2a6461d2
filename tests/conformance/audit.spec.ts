import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { sealWith } from '../../src/masking/seal.ts';
import { asFailure, judge } from '../../src/playwright/judge.ts';
import { pictureFile, timelineFile, writeWhole } from '../../src/report/files.ts';
import {
  UNWRITTEN_ANNOTATION,
  VISIT_ATTACHMENT,
  visitAnnotations,
  WAIVED_ANNOTATION,
} from '../../src/report/recorded.ts';
import { timelineOf } from '../../src/report/timeline/model.ts';
import { timelineSvg } from '../../src/report/timeline/svg.ts';
import { isVerbose, optionsIn } from '../../src/target/options.ts';
import { type RunTarget, sharedRun } from '../../src/target/shared-run.ts';
import { readVisitTimes } from '../../src/target/visit-times.ts';
import { isWanted } from '../../src/target/wanted.ts';
import { visitName } from '../../src/verdict/gate.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { visitsInOrder } from '../../src/visit/order.ts';
import { visitIdOf } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { type Hold, holdServers } from '../../src/visit/server-hold.ts';
import { siteProblem } from '../../src/visit/site-problem.ts';
import { test } from './fixtures.ts';

const { targets, folder, logs: shared, maskKey, wanted } = sharedRun();
sealWith(maskKey);

const { times } = optionsIn(process.env);
// Playwright 1.58 and 1.59 load a file of a package twice: at first, by this name, to learn what it imports.
const isPreflight = import.meta.url.endsWith('.esm.preflight');
const visits = isPreflight
  ? []
  : visitsInOrder(targets, times === undefined ? undefined : readVisitTimes(times));

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
      const hold = await whileServersStart(of, testInfo);
      const isDown = siteProblem(logs) !== undefined;
      const evidence = await test
        .step('visit', async () => recordVisit(session, target, plan, logs, { calls, keepPicture }))
        .finally(() => hold.release());

      const run = testInfo.repeatEachIndex === 0 ? '' : `.run-${testInfo.repeatEachIndex + 1}`;
      const file = `evidence/${target.name}/${plan.id}${run}.json`;
      write(file, `${JSON.stringify(evidence, null, 2)}\n`, testInfo);
      const timeline = timelineFile(file);
      const kept = { evidence: file, timeline, ...(picture ? { picture: pictureFile(file) } : {}) };
      const judged = judge(evidence, target, { kept });
      const { visit, waived } = judged;
      await testInfo.attach(VISIT_ATTACHMENT, {
        body: JSON.stringify(visit),
        contentType: 'application/json',
      });
      // A copy of a file, which a full disk may refuse: the verdicts are out by then.
      await testInfo.attach('evidence', { path: join(folder, file), contentType: 'application/json' });
      write(timeline, timelineSvg(timelineOf(evidence, waived)), testInfo);
      await testInfo.attach('timeline', { path: join(folder, timeline), contentType: 'image/svg+xml' });
      if (picture && visit.picture !== undefined) {
        write(visit.picture, picture, testInfo);
        await testInfo.attach('page', { path: join(folder, visit.picture), contentType: 'image/png' });
      }
      for (const verdict of waived.verdicts) {
        if (verdict.outcome === 'waived')
          testInfo.annotations.push({ type: WAIVED_ANNOTATION, description: verdict.rule });
        if (!isDown && !CONTENT.includes(verdict.outcome)) await failedStep(verdict);
      }

      // Playwright starts its worker again after each test that fails. A site that is down holds the release anyway.
      test.skip(isDown, 'The site is down: the visit was not made');
      // A failure that does not hold the release is in the reports, but does not fail the visit.
      if (!judged.released) throw asFailure(judged.message({ isBrief: !isVerbose(process.env) }));
    });
  });
}

/** Waiting for a site's servers has its own limit, and does not count as the visit's time. */
async function whileServersStart(of: RunTarget, testInfo: TestInfo): Promise<Hold> {
  const { timeout } = testInfo;
  const begun = Date.now();
  testInfo.setTimeout(0);
  const hold = await holdServers(of, shared);
  testInfo.setTimeout(timeout + Date.now() - begun);
  return hold;
}

/** Writes a file of the run. A failure is noted, since the reporter gets the error only as text. */
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
async function failedStep({ rule, outcome, reason, findings }: Verdict): Promise<void> {
  await test
    .step(`${rule}: ${outcome}`, () => {
      throw asFailure(reason ?? findings.map(({ message }) => message).join('\n'));
    })
    .catch(() => undefined);
}
