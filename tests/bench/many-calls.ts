import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseCode } from '../../src/drift/base-code.ts';
import { PIXEL } from '../../src/drift/probe.ts';
import { Session } from '../../src/recorder/session.ts';
import { RULES } from '../../src/rules/index.ts';
import { judgeVisit } from '../../src/verdict/judge.ts';
import { sentEvents } from '../../src/views/events.ts';
import { planVisits } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { document, Site } from '../harness/capture/site.ts';

/** Calls that the landing page makes while it is parsed. */
const COUNTS = [500, 1_000, 2_000, 4_000, 10_000];

/** The cost of recording and judging a visit whose landing page makes thousands of calls: it must grow linearly. */
export async function measureManyCalls(): Promise<void> {
  const site = await Site.start();
  const target = {
    ...site.target({ start: '/', steps: [{ click: 'a' }] }, [PIXEL]),
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000 },
  };
  const folder = await mkdtemp(join(tmpdir(), 'ttq-bench-'));
  const session = await Session.open();
  try {
    console.log('A landing page that makes many ttq.track calls, one visit each, seconds:');
    console.log('     calls   to record    to judge    to print');
    for (const count of COUNTS) {
      site.pages.set('/', document(manyCalls(count), '<a href="/next">On</a>'));
      site.pages.set('/next', document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`)));
      const start = performance.now();
      const evidence = await recordVisit(session, target, planVisits(target)[0]!, folder);
      const recorded = performance.now();
      judgeVisit(evidence, target, RULES);
      const judged = performance.now();
      JSON.stringify(evidence, null, 2);
      const printed = performance.now();
      const tracked = evidence.calls.filter(({ method }) => method === 'track').length;
      const sent = sentEvents(evidence).filter(({ event }) => event === 'ViewContent').length;
      const times = [recorded - start, judged - recorded, printed - judged].map(seconds);
      // An incomplete row is not a measurement, and says so.
      const problem =
        evidence.problem?.message ??
        (tracked === count && sent === count ? '' : `${tracked} calls and ${sent} events were recorded`);
      console.log(`${String(count).padStart(10)}${times.join('')}  ${problem}`.trimEnd());
    }
  } finally {
    await session.close();
    site.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function manyCalls(count: number): string {
  return baseCode(`ttq.load('${PIXEL}'); ttq.page();
    for (var n = 0; n < ${count}; n += 1)
      ttq.track('ViewContent', { content_id: 'sku-' + n, content_type: 'product', value: n, currency: 'USD' }, { event_id: 'view-' + n });`);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2).padStart(12);
}
