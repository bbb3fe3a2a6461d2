import { expect } from '@playwright/test';
import { VARIANTS } from '../../../fixtures/variants/index.ts';
import { formatVisitFailure } from '../../../src/report/terminal.ts';
import { expected } from '../../../src/rules/event/expected.ts';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { WHOLE_JOURNEY } from '../../../src/rules/scenarios.ts';
import { scenariosThat } from '../../../src/target/scenarios.ts';
import { SEVERITIES } from '../../../src/target/target.ts';
import { REST } from '../rest.ts';
import { test } from './fixtures.ts';

/** A failure of this severity or a worse one, on a correct shop, is a false alarm. */
const GRAVE = SEVERITIES.slice(0, SEVERITIES.indexOf('normal') + 1);

/** That which differs most from the shop; CI visits all. */
const EVERY_DAY = ['spa'];

test.describe.configure({ mode: 'parallel' });

for (const { name, what, scenarios } of VARIANTS) {
  for (const scenario of scenarios) {
    test(
      `${name}: ${scenario}`,
      EVERY_DAY.includes(name) && scenario === scenarios[0] ? {} : REST,
      async ({ audit }) => {
        const visit = await audit({ name, patch: [], variant: name, scenario });
        const report = `${what}\n\n${formatVisitFailure(visit, RULE_BY_ID)}`;
        expect(visit.outcome, report).toBe('complete');
        // A correct shop passes because of what was seen, not because nothing was.
        if (WHOLE_JOURNEY.includes(scenario))
          expect(visit.verdicts, report).toContainEqual(
            expect.objectContaining({ rule: expected.id, outcome: 'pass' }),
          );
        const grave = visit.verdicts.filter(
          ({ outcome, severity }) =>
            outcome === 'inconclusive' || (outcome === 'fail' && GRAVE.includes(severity)),
        );
        expect(
          grave.map(({ rule, outcome }) => `${rule}: ${outcome}`),
          report,
        ).toEqual([]);
      },
    );
  }
}

test('every variant has a unique name', () => {
  expect(VARIANTS.map(({ name }) => name)).toEqual(expect.arrayContaining(EVERY_DAY));
  const names = VARIANTS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test('each scenario that the shop lacks something for is visited in a variant', () => {
  const visited = new Set(VARIANTS.flatMap(({ scenarios }) => scenarios));
  expect(scenariosThat(({ needs }) => needs.length > 0).filter((name) => !visited.has(name))).toEqual([]);
});
