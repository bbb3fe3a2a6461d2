import { expect } from '@playwright/test';
import type { Timeline } from '../../../src/report/timeline/model.ts';
import { timelineText } from '../../../src/report/timeline/text.ts';
import { columns } from '../../../src/report/timeline/words.ts';
import { EVIDENCE_MUTANTS } from '../mutants/evidence.ts';
import { AT, all, CLICK_ID, clean, drop, set, swapCalls } from '../rules/clean.ts';
import { test } from '../test.ts';
import { broken, flood, hostile, judged, manyHops, silent, storm, timeline } from './timeline.ts';

/** The mark of a place in the evidence. */
function markOf(place: string, { marks }: Timeline) {
  const found = marks.find(({ places }) => places.includes(place));
  if (!found) throw new Error(`no mark stands for ${place}`);
  return found;
}

/** The lines between marks, as `/calls/1 /requests/2`. */
function joined({ joins, marks }: Timeline, wanted = 'sent'): string[] {
  return joins
    .filter(({ kind }) => kind === wanted)
    .map(({ from, to }) => `${marks[from]!.places[0]} ${marks[to]!.places[0]}`);
}

test('the clean visit: each event call with its request, and the purchase with the server', () => {
  const clear = timeline();
  const { call, page, sent, server } = AT;
  expect(joined(clear).sort()).toEqual(
    [
      `${page.landing} ${sent.Pageview}`,
      `${page.product} /requests/4`,
      `${call.ViewContent} ${sent.ViewContent}`,
      `${call.AddToCart} ${sent.AddToCart}`,
      `${page.checkout} /requests/8`,
      `${call.InitiateCheckout} ${sent.InitiateCheckout}`,
      `${call.AddPaymentInfo} ${sent.AddPaymentInfo}`,
      `${page.order} /requests/15`,
      `${call.Purchase} ${sent.Purchase}`,
    ].sort(),
  );
  expect(joined(clear, 'same-id')).toEqual([`${sent.Purchase} ${server}`]);
  expect(clear.violations).toEqual([]);
  expect(clear.facts.map(({ tone }) => tone)).toEqual(['good', 'good']);
});

test('the same visit gives the same timeline', () => {
  expect(timeline(hostile)).toEqual(timeline(hostile));
  expect(timelineText(timeline(storm))).toBe(timelineText(timeline(storm)));
});

test('calls are in their order and requests in order of arrival, whatever their times say', () => {
  const { marks } = timeline(set('/calls/5/at', 305));
  for (const lane of ['calls', 'requests'] as const) {
    const places = marks.filter((mark) => mark.lane === lane).flatMap((mark) => mark.places);
    const numbers = places.map((place) => Number(place.split('/')[2]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
});

test('requests that overtook each other cross', () => {
  const crossed = timeline((evidence) => {
    const { requests } = evidence;
    [requests[4], requests[5]] = [
      { ...requests[5]!, at: 351 },
      { ...requests[4]!, at: 352 },
    ];
  });
  expect(joined(crossed)).toContain(`${AT.page.product} /requests/5`);
  expect(joined(crossed)).toContain(`${AT.call.ViewContent} /requests/4`);
});

test('a call without a request is marked, and mentioned at the top', () => {
  const visit = timeline(drop(AT.sent.Purchase));
  expect(markOf(AT.call.Purchase, visit).isUnsent).toBe(true);
  expect(visit.facts).toContainEqual({
    tone: 'note',
    text: 'No request for 1 of 9 page and track calls: Purchase (call 14)',
  });
  expect(timelineText(visit)).toMatch(/call {5}14 Purchase order-1001 -> no request/);
});

test('the click id: at each hop, where it was lost, and in each event', () => {
  const visit = timeline(manyHops);
  const states = Array.from({ length: 14 }, (_, hop) => markOf(`/documents/0/hops/${hop}`, visit).clickId);
  expect(states).toEqual([...Array(8).fill('alive'), ...Array(6).fill('dropped')]);
  expect(visit.marks.filter(({ isLoss }) => isLoss).map(({ places }) => places[0])).toEqual([
    '/documents/0/hops/8',
  ]);
  expect(visit.facts[0]).toMatchObject({ tone: 'bad', text: expect.stringContaining('lost at URL 9 of 14') });
  expect(markOf(AT.sent.Purchase, visit).clickId).toBe('alive');
  const without = timeline(set(`${AT.sent.Purchase}/body/context/ad/callback`, ''));
  expect(markOf(AT.sent.Purchase, without).clickId).toBe('dropped');
});

test('an event under two ids is joined as such', () => {
  const visit = timeline(set(`${AT.server}/body/data/0/event_id`, 'another'));
  expect(joined(visit, 'other-id')).toEqual([`${AT.sent.Purchase} ${AT.server}`]);
  expect(joined(visit, 'same-id')).toEqual([]);
});

test('a waived failure is marked as waived, beside failures that are not', () => {
  const visit = timeline(
    all(
      drop(`${AT.call.Purchase}/args/2`),
      set(`${AT.sent.Purchase}/body/event_id`, ''),
      swapCalls(AT.page.product, AT.call.ViewContent),
    ),
    ({ waivers, rules }) => {
      waivers.push({ rule: 'event-id/present', reason: 'known', owner: 'shop', expires: '2099-01-01' });
      // What follows from a waived cause is reported for itself.
      rules['dedup/counted-once'] = 'off';
    },
  );
  const waived = visit.violations.find(({ rule }) => rule === 'event-id/present')!;
  expect(waived.isWaived).toBe(true);
  expect(visit.violations.map(({ isWaived }) => isWaived)).toEqual(
    visit.violations.map(({ number }) => number >= waived.number),
  );
  expect(markOf(AT.sent.Purchase, visit).badges).toContainEqual({ number: waived.number, isWaived: true });
  expect(timelineText(visit)).toContain('~ waived: event-id/present');
  expect(timelineText(visit)).toContain('! order/page-first');
});

test('a waiver that has expired waives nothing', () => {
  const visit = timeline(
    all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.sent.Purchase}/body/event_id`, '')),
    ({ waivers }) =>
      waivers.push({ rule: 'event-id/present', reason: 'known', owner: 'shop', expires: '2020-01-01' }),
  );
  expect(markOf(AT.sent.Purchase, visit).badges.every(({ isWaived }) => !isWaived)).toBe(true);
});

test('a visit that broke off shows where and why', () => {
  const visit = timeline(broken);
  expect(visit.facts[0]).toEqual({
    tone: 'bad',
    text: 'Broke off at 1.100 s: The journey broke off at step 3 of 6: Timeout 5000ms exceeded.',
  });
  expect(timelineText(visit)).toMatch(/1\.100 +broke off \(step\) The journey broke off at step 3/);
});

test("a series of the SDK's own actions is one mark, but the site's are not", () => {
  const visit = timeline(({ requests }) => {
    for (const at of [960, 970]) requests.push({ ...requests[10]!, at });
  });
  expect(markOf('/requests/17', visit)).toMatchObject({ count: 2, lead: '17–18', label: '2 × Click' });
  expect(visit.marks.filter(({ lane }) => lane === 'calls').every(({ count }) => count === 1)).toBe(true);
});

test('a storm of two alternating events is one mark, and rare events keep their own', () => {
  const visit = timeline(storm);
  expect(markOf('/calls/300', visit)).toMatchObject({
    lead: '15–514',
    label: '500 × AddToCart, ViewContent',
  });
  // The last of them is the one too many.
  expect(markOf('/requests/300', visit)).toMatchObject({ lead: '17–515', count: 499 });
  expect(markOf(AT.call.Purchase, visit)).toMatchObject({ count: 1, label: 'Purchase' });
  expect(joined(visit)).toContain('/calls/15 /requests/17');
});

test('too many marks are combined, and none is left out', () => {
  const visit = timeline(flood);
  const shown = visit.marks.filter(({ lane }) => lane === 'calls');
  expect(shown.length).toBeLessThanOrEqual(200);
  expect(shown.flatMap(({ places }) => places)).toHaveLength(615);
});

test('an answer that the Events API refused says its code', () => {
  const visit = timeline(set(`${AT.server}/answer`, { code: 40105, message: 'Access token is incorrect' }));
  expect(markOf(AT.server, visit)).toMatchObject({ label: 'Purchase: refused 40105', tone: 'trouble' });
});

test('masked texts and click ids are short', () => {
  const written = JSON.stringify(
    [timeline().marks, timelineText(timeline())]
      .flat()
      .map((one) => (typeof one === 'string' ? one : [one.lead, one.label, one.detail])),
  );
  expect(written).not.toContain('sha256');
  expect(written).not.toContain(CLICK_ID);
  expect(written).toContain('click_id=[cookie]');
});

test('hostile texts are one line of characters that can be seen', () => {
  const { marks } = timeline(hostile);
  for (const { lead, label, detail } of marks)
    expect(lead + label + detail).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
});

const shapes = { clean: undefined, storm, hostile, manyHops, silent, broken };
for (const [name, change] of Object.entries(shapes)) {
  test(`the text keeps to its lines and columns: ${name}`, () => {
    const lines = timelineText(timeline(change)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    for (const line of lines) expect(columns(line), line).toBeLessThanOrEqual(100);
  });
}

test('broken rules stay when the text is shortened', () => {
  const visit = timeline(
    all(flood, drop(`${AT.call.Purchase}/args/2`), set(`${AT.sent.Purchase}/body/event_id`, '')),
  );
  expect(timelineText(visit)).toContain('! event-id/present');
  expect(timelineText(visit)).toMatch(/\d+ more in the picture$/);
});

for (const { name, rule, change, target } of EVIDENCE_MUTANTS) {
  test(`every finding is marked or listed: ${name}`, () => {
    const visit = timeline(change, target);
    const { findings } = judged(clean(change), target).verdicts.find((verdict) => verdict.rule === rule)!;
    const violation = visit.violations.find((one) => one.rule === rule)!;
    expect(violation.findings.map(({ place }) => place)).toEqual(findings.map(({ place }) => place));
    for (const { place, at } of violation.findings) {
      if (at === undefined) continue;
      const marked = visit.marks.filter(({ badges }) =>
        badges.some(({ number }) => number === violation.number),
      );
      const holds = ({ places }: { places: string[] }) =>
        places.some((own) => `${place}/`.startsWith(`${own}/`));
      expect(marked.some(holds), `${place} is marked`).toBe(true);
    }
  });
}
