import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { formatAnnotations } from '../../../src/report/annotations.ts';
import { reportFiles } from '../../../src/report/files.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { targetIn } from '../../../src/target/load.ts';
import { auditVerdicts, targetVerdicts } from '../../../src/verdict/audit.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { visitIdOf } from '../../../src/verdict/visit-id.ts';
import { inProcess } from '../cli/in-process.ts';
import { cleanTarget } from '../rules/clean.ts';
import { eventId, evidenceOf, judgedVisits } from '../rules/visits.ts';
import { type Reported, reported } from './playwright-run.ts';
import { TODAY } from './samples.ts';

/** Who applies the rules over a whole run, besides `merge`, and where a reader finds the results. */

const RULE = 'event-id/unique-across-visits';
const constant = eventId('Purchase', 'order-7');
const CONSTANT = { first: constant, second: constant };
const SEEN = 'Purchase carries event_id "order-7" in 2 visits';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from it.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-whole-run-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** Their evidence is not in the run's folder, so it is not named. */
function attachedVisits(): VisitVerdicts[] {
  return judgedVisits(CONSTANT).map(({ evidence: _evidence, ...visit }) => visit);
}

function report(folder: string, visits: VisitVerdicts[]): Promise<Reported> {
  const planned = attachedVisits().map(visitIdOf);
  return reported(folder, {
    tests: visits.map((visit) => ({ id: visitIdOf(visit), attach: visit })),
    options: { targets: [{ policy: cleanTarget(), planned }] },
  });
}

test('the reporter applies them after the last visit, in whatever order the visits end', async ({
  folder,
}) => {
  const visits = attachedVisits();
  const wanted = auditVerdicts([targetVerdicts(cleanTarget(), visits, { today: TODAY })], {});
  for (const [name, given] of [
    ['one', visits],
    ['other', visits.toReversed()],
  ] as const) {
    const { verdicts, output } = await report(join(folder, name), [...given]);
    expect(verdicts).toEqual(wanted);
    expect(output).toContain('demo-shop: 2 visits: 2 passed; 1 rule failed\n');
    expect(output).toContain(`  - ${RULE} (critical) failed over the whole run\n`);
  }
});

test('every rendering reports it once', async ({ folder }) => {
  const { verdicts } = await report(folder, attachedVisits());
  const files = reportFiles(join(folder, 'reports'));
  const read = (file: string) => readFileSync(file, 'utf8');

  expect(read(files.summary)).toContain(SEEN.replaceAll('_', '\\_'));
  expect(read(files.scorecard)).toContain(SEEN.replaceAll('"', '&quot;'));
  const { results } = JSON.parse(read(files.sarif)).runs[0];
  expect(results.filter(({ ruleId }: { ruleId: string }) => ruleId === RULE)).toMatchObject([
    { level: 'error', message: { text: SEEN }, properties: { scenario: 'whole-run' } },
  ]);
  const lines = formatAnnotations(verdicts!, RULE_BY_ID).filter((line) => line.includes(RULE));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('Where: the whole run, ');

  const allure = readdirSync(files.allureResults)
    .filter((file) => file.endsWith('-result.json'))
    .map((file) => JSON.parse(read(join(files.allureResults, file))))
    .filter(({ fullName }) => fullName.startsWith(RULE));
  expect(allure).toMatchObject([
    { status: 'failed', fullName: `${RULE}: demo-shop`, statusDetails: { message: SEEN } },
  ]);
});

test('judge applies them to the files that it is given, in whatever order', async ({ folder }) => {
  const target = {
    name: 'demo-shop',
    baseURL: 'http://www.shop.example',
    pixels: cleanTarget().pixels,
    identity: cleanTarget().identity,
    clickUrls: ['/go/301?ttclid={ttclid}'],
    journeys: [{ name: 'purchase', start: '/', steps: [], expect: [] }],
  };
  writeFileSync(join(folder, 'target.json'), JSON.stringify(target));
  const files = ['first.json', 'second.json'];
  for (const [index, evidence] of evidenceOf(CONSTANT).entries())
    writeFileSync(join(folder, files[index]!), JSON.stringify(evidence));

  const judged = judgedVisits(CONSTANT, targetIn(target, 'target.json', 1)).map((visit, index) => ({
    ...visit,
    evidence: files[index]!,
  }));
  const wanted = targetVerdicts(targetIn(target, 'target.json', 1), judged, { today: TODAY, isPart: true });
  expect(wanted.run?.find(({ rule }) => rule === RULE)?.outcome).toBe('fail');
  for (const given of [files, files.toReversed()]) {
    const args = ['judge', ...given, '--target', 'target.json', '--today', TODAY, '--output', 'out.json'];
    const { code, out, err } = await inProcess(folder, args);
    expect(code, err).toBe(1);
    expect(out).toContain(`\n\n${RULE} (critical)`);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      / in the whole run where .*\(first\.json \/requests\/16\), .*\(second\.json \/requests\/16\)/,
    );
    const { targets } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as AuditVerdicts;
    expect(targets[0]!.run).toEqual(wanted.run);
  }
});

test('judge uses what older evidence says about other visits, even for a single file', async ({ folder }) => {
  const [evidence] = evidenceOf({});
  writeFileSync(
    join(folder, 'old.json'),
    JSON.stringify({ ...evidence, version: 3, repeatedIds: ['order-1001'] }),
  );
  const { code, out } = await inProcess(folder, ['judge', 'old.json', '--today', TODAY]);
  expect(code).toBe(1);
  expect(out).toContain(
    'Purchase carries event_id "order-1001", which another visit of the same run also sent',
  );
});
