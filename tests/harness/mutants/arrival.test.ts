import { expect } from '@playwright/test';
import type { Evidence, RequestRecord } from '../../../src/evidence/evidence.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { Target } from '../../../src/target/target.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { oneOfMany } from '../rest.ts';
import { type Change, clean, cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';
import { EVIDENCE_MUTANTS } from './evidence.ts';

/**
 * Arrival is not call order: four sends in one tick have arrived as 2, 3, 4, 1, and the server's call may arrive before the
 * browser's copy or after it. The same visit must fail the same rules.
 */
const WAYS: Record<string, Change> = {
  "the server's call arrives before the order's page": (evidence) => serverAt(evidence, 791),
  "the server's call arrives after the browser's copy": (evidence) => serverAt(evidence, 1_050),
  'beacons of one burst arrive in the opposite order': (evidence) => {
    for (const burst of burstsOf(evidence)) {
      const times = burst.map(({ at }) => at);
      for (const request of burst) request.at = times.pop()!;
    }
    evidence.requests.sort((a, b) => a.at - b.at);
  },
};

/** A call that arrives after this many milliseconds was made late on purpose. */
const LATE = 60_000;

/**
 * One call of a visit is tied to the step at 790 ms and what it led to; where there are more, their distance is a matter of rules.
 * So is that of a call which comes minutes later: it stays where it is.
 */
function serverAt({ server }: Evidence, at: number): void {
  const [only, ...more] = server.requests;
  if (only && more.length === 0 && only.at > 790 && only.at < LATE) only.at = at;
}

/** Events of one page with no more than 20 ms between them. */
function burstsOf(evidence: Evidence): RequestRecord[][] {
  const bursts: { page: string; requests: RequestRecord[] }[] = [];
  for (const { page, place } of sentEvents(structuredClone(evidence))) {
    const request = evidence.requests[Number(place.split('/')[2])]!;
    const last = bursts.at(-1);
    if (last?.page === page && request.at - last.requests.at(-1)!.at <= 20) last.requests.push(request);
    else bursts.push({ page, requests: [request] });
  }
  return bursts.map(({ requests }) => requests);
}

const visits = [{ name: 'the clean visit', change: () => {}, target: undefined }, ...EVIDENCE_MUTANTS];

for (const [index, [way, move]] of Object.entries(WAYS).entries()) {
  test(way, oneOfMany(index), () => {
    const differing = visits.flatMap(({ name, change, target }) => {
      const evidence = clean(change);
      const before = failing(structuredClone(evidence), cleanTarget(target));
      move(evidence);
      const after = failing(evidence, cleanTarget(target));
      return before.join() === after.join() ? [] : [{ name, before, after }];
    });
    expect(differing).toEqual([]);
  });
}

function failing(evidence: Evidence, target: Target): string[] {
  const { verdicts } = judgeVisit(evidence, target, RULES);
  return verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
}
