import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { problem } from '../../../src/evidence/problem.ts';
import { noteUnreached, siteProblem } from '../../../src/visit/site-problem.ts';
import { clean, cleanTarget, SHOP } from '../rules/clean.ts';
import { test as base } from '../test.ts';

const test = base.extend<{ logs: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  logs: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-site-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

const target = { ...cleanTarget(), baseURL: SHOP };

function unreached(error: string, origin = SHOP): Evidence {
  return { ...clean(), outcome: 'broken', problem: problem('no-answer', { origin, error }) };
}

for (const error of [
  'connect ECONNREFUSED 127.0.0.1:1',
  'getaddrinfo ENOTFOUND www.shop.example',
  'ERR_CERT_DATE_INVALID',
  'ERR_SSL_PROTOCOL_ERROR',
])
  test(`a site is down when two visits met it: ${error}`, ({ logs }) => {
    noteUnreached(logs, unreached(error), target);
    expect(siteProblem(logs)).toBeUndefined();
    noteUnreached(logs, unreached(error), target);
    expect(siteProblem(logs)).toMatchObject({
      kind: 'unreachable',
      code: 'no-answer',
      args: { origin: SHOP, error },
    });
  });

for (const [what, evidence] of [
  ['it is the host of others', unreached('connect ECONNREFUSED 127.0.0.1:1', 'http://ads.example')],
  ['it was slow', unreached('Timeout 15000ms exceeded')],
  [
    'it answered with an error',
    { ...clean(), outcome: 'broken', problem: problem('http-error', { url: SHOP, status: 503 }) },
  ],
  ['it was complete', clean()],
] as const)
  test(`a site is still visited if ${what}`, ({ logs }) => {
    for (const _ of [1, 2, 3]) noteUnreached(logs, evidence, target);
    expect(siteProblem(logs)).toBeUndefined();
  });
