import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@playwright/test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { sarifLog } from '../../../src/report/sarif.ts';
import type { RuleTexts } from '../../../src/report/terminal.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { auditVerdicts, refusedTarget } from '../../../src/verdict/audit.ts';
import type { AuditVerdicts, ReportedFinding } from '../../../src/verdict/verdict.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { anyAudit } from './audits.ts';
import { fleet } from './fleet.ts';
import { audit, NO_FILE, NO_FILE_MESSAGE, ruleMap, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present');
const style = { version: '1.2.3', reports: 'reports', rulesPage: 'https://docs.example/rules.md' };

/** The parts that the tests look at. */
interface Log {
  runs: [
    {
      tool: { driver: { rules: { id: string; [name: string]: unknown }[] } };
      invocations: [
        { executionSuccessful: boolean; toolExecutionNotifications: { message: { text: string } }[] },
      ];
      results: {
        ruleId: string;
        ruleIndex: number;
        kind: string;
        level: string;
        message: { text: string };
        locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
        partialFingerprints: { primaryLocationLineHash: string };
        suppressions?: object[];
        properties: { place?: string };
      }[];
    },
  ];
}

function logOf(sample: AuditVerdicts, texts: RuleTexts = rules): Log {
  return JSON.parse(JSON.stringify(sarifLog(sample, texts, style))) as Log;
}

function runOf(sample: AuditVerdicts): Log['runs'][0] {
  return logOf(sample).runs[0];
}

/** It is written in draft-04, and only the name of its id means something else in draft-07. */
function schemaErrors(): (log: object) => unknown {
  const path = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (log) => (validate(log) ? null : validate.errors);
}

let schema: ReturnType<typeof schemaErrors> | undefined;
/** Not when the module loads, as listing the tests loads it, too. */
function errorsOf(log: object): unknown {
  schema ??= schemaErrors();
  return schema(log);
}

test('the schema refuses what is not SARIF', () => {
  expect(errorsOf({ version: '2.1.0', runs: [{}] })).not.toBeNull();
});

test('a finding', () => {
  const sample = audit([
    visit(
      'organic',
      [verdict('event-id/present', 'fail'), verdict('a/b', 'pass'), verdict('c/d', 'inapplicable')],
      {
        evidence: 'evidence/purchase.organic.json',
      },
    ),
  ]);
  const run = runOf(sample);
  expect(run.results).toEqual([
    {
      ruleId: 'event-id/present',
      ruleIndex: 2,
      kind: 'fail',
      level: 'error',
      message: { text: 'Purchase was sent without an event_id' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'reports/evidence/purchase.organic.json' },
            region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
          },
          logicalLocations: [
            { fullyQualifiedName: 'demo-shop: purchase under organic', kind: 'visit' },
            { fullyQualifiedName: 'http://www.shop.example/thank-you', kind: 'page' },
            { name: 'Purchase', kind: 'event' },
            { fullyQualifiedName: 'evidence/purchase.organic.json#/requests/12', kind: 'evidence' },
          ],
        },
      ],
      partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/) },
      properties: {
        target: 'demo-shop',
        journey: 'purchase',
        scenario: 'organic',
        severity: 'blocker',
        outcome: 'fail',
        code: 'missing',
        place: '/requests/12',
        page: 'http://www.shop.example/thank-you',
        event: 'Purchase',
      },
    },
  ]);
  expect(run.tool.driver.rules[2]).toEqual({
    id: 'event-id/present',
    name: 'EventIdPresent',
    shortDescription: { text: 'Title of event-id/present' },
    fullDescription: {
      text: 'Title of event-id/present. TikTok cannot deduplicate the browser event and the server event, so it counts the sale twice.',
    },
    help: {
      text: expect.stringContaining('What to do: Give every conversion an event_id'),
      markdown: expect.stringContaining('**What to do.** Give every conversion an event_id'),
    },
    helpUri: 'https://docs.example/rules.md#event-idpresent',
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['tiktok', 'event-id'], severity: 'blocker', 'problem.severity': 'error' },
  });
  expect(run.invocations[0]).toMatchObject({
    executionSuccessful: true,
    exitCode: 1,
    properties: { released: false },
  });
});

test('without a page of rules, help links to the source of a rule', () => {
  const { runs } = sarifLog(audit([]), rules, { version: '1.2.3', reports: 'reports' }) as Log;
  expect(runs[0].tool.driver.rules[0]).toMatchObject({
    helpUri: 'https://ads.tiktok.com/help/article/event-deduplication',
  });
});

test('what could not be judged is open, and does not repeat what broke the visit', () => {
  const { results, invocations } = runOf(
    auditVerdicts(
      [
        ...audit([
          visit('organic', [verdict('a/b', 'inconclusive')]),
          visit('ad-click', [verdict('a/b', 'inconclusive'), verdict('c/d', 'fail')], {
            outcome: 'broken',
            problem: { kind: 'crash', code: 'crash', args: {}, message: 'the browser crashed' },
          }),
        ]).targets,
        refusedTarget('two', NO_FILE),
      ],
      {},
    ),
  );
  expect(results.map(({ ruleId, kind, level }) => [ruleId, kind, level])).toEqual([
    ['c/d', 'fail', 'error'],
    ['a/b', 'open', 'none'],
  ]);
  expect(invocations[0].executionSuccessful).toBe(false);
  expect(invocations[0].toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
    `two could not be audited: ${NO_FILE_MESSAGE}`,
    'demo-shop, purchase under ad-click: broke off: the browser crashed',
  ]);
});

test('suppresses what is waived, until the waiver expires', () => {
  const waiver = { reason: 'The shop moves', owner: 'shop team' };
  const suppressions = (expires: string) =>
    runOf(
      audit([visit('organic', [verdict('a/b', 'fail')])], { waivers: [{ rule: 'a/b', ...waiver, expires }] }),
    ).results[0]?.suppressions;
  expect(suppressions('2026-12-31')).toEqual([
    { kind: 'external', status: 'accepted', justification: 'The shop moves (shop team, until 2026-12-31)' },
  ]);
  expect(suppressions('2026-01-01')).toEqual([
    {
      kind: 'external',
      status: 'rejected',
      justification: 'The shop moves (shop team, expired on 2026-01-01)',
    },
  ]);
});

function printsOf(findings: ReportedFinding[], scenario = 'organic'): string[] {
  const sample = audit([visit(scenario, [verdict('a/b', 'fail', 'blocker', { findings })])]);
  return runOf(sample).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
}

test('a fingerprint depends on the fault, not on the run', () => {
  const found = (order: string, port: number, place: string): ReportedFinding => ({
    code: 'missing',
    args: {},
    message: `Purchase of ${order} was sent without an event_id`,
    place,
    event: 'Purchase',
    page: `http://127.0.0.1:${port}/orders/${order}?ttclid=x${order}`,
  });
  const first = printsOf([found('mwwqs7mg-a1f8f94efe', 41_234, '/requests/12')]);
  expect(printsOf([found('1001', 8_080, '/requests/14')])).toEqual(first);
  expect(printsOf([{ ...found('1001', 8_080, '/requests/14'), event: 'AddToCart' }])).not.toEqual(first);
  expect(printsOf([found('1001', 8_080, '/requests/14')], 'ad-click')).not.toEqual(first);
});

test('two identical findings of a visit have different fingerprints', () => {
  const finding = { code: 'missing', args: {}, message: 'x', place: '/calls/1' };
  const [one, other] = printsOf([finding, { ...finding, place: '/calls/2' }]);
  expect(one?.replace(/:1$/, ':2')).toBe(other);
});

test('any audit: valid, the same each time, every finding in full, and paths that stay in the repository', () => {
  fc.assert(
    fc.property(anyAudit, (sample) => {
      const log = logOf(sample);
      assert.equal(errorsOf(log), null);
      assert.deepEqual(logOf(structuredClone(sample)), log);
      const [run] = log.runs;
      const findings = sample.targets.flatMap(({ visits }) =>
        visits.flatMap(({ verdicts }) => verdicts.flatMap((one) => one.findings)),
      );
      const told = run.results.map(({ message }) => message.text);
      for (const { message } of findings) if (message) assert(told.includes(message), message);
      const { rules: descriptors } = run.tool.driver;
      for (const { ruleId, ruleIndex, locations, kind, level } of run.results) {
        assert.equal(descriptors[ruleIndex]?.id, ruleId);
        assert.match(locations[0]?.physicalLocation.artifactLocation.uri ?? '', /^reports\/[^:]*$/);
        assert.equal(level === 'none', kind === 'open');
      }
    }),
  );
});

test('all rules and 500 targets, within what GitHub takes', REST, () => {
  const log = logOf(fleet(500), RULE_BY_ID);
  expect(errorsOf(log)).toBeNull();
  for (const rule of log.runs[0].tool.driver.rules)
    for (const name of ['shortDescription', 'fullDescription'])
      expect((rule[name] as { text: string }).text.length).toBeLessThanOrEqual(1_024);
});

test('more results than GitHub takes: the worst are kept, and the rest is counted', () => {
  const finding = { code: 'missing', args: {}, message: 'x', place: '/calls/1' };
  const many = (count: number) => ({ findings: Array.from({ length: count }, () => finding) });
  const { results, invocations } = runOf(
    audit([
      visit('organic', [
        verdict('a/b', 'fail', 'minor', many(20_000)),
        verdict('c/d', 'fail', 'blocker', many(10_000)),
      ]),
    ]),
  );
  expect(results).toHaveLength(25_000);
  expect(results.filter(({ level }) => level === 'error')).toHaveLength(10_000);
  expect(invocations[0].toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
    '5000 more results are in verdicts.json only',
  ]);
});
