import { asFailure, attach, judge } from '../../../../src/playwright/judge.ts';
import { TRACKED } from '../../../../src/playwright/reported.ts';
import { AT, all, type Change, clean, cleanTarget, drop, set } from '../../rules/clean.ts';
import { test } from '../../test.ts';

/** Tests that attach what they have judged, as the fixtures do: no browser is needed. */
const { SUITE_FIXED, SUITE_HANGS, SUITE_WHOLE_RUN } = process.env;
const details = { annotation: { type: TRACKED } };
const withoutId = all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.sent.Purchase}/body/event_id`, ''));

/** The visits are one, recorded once, so that all have the same ids. */
const TARGET = cleanTarget((target) => {
  if (SUITE_WHOLE_RUN) return;
  target.rules = { 'event-id/unique-across-visits': 'off', 'event-id/not-cached': 'off' };
});

async function visit(journey: string, change?: Change): Promise<void> {
  const judged = judge({ ...clean(change), journey }, TARGET);
  await attach(judged, test.info());
  if (!judged.released) throw asFailure(judged.message());
}

test('correct', details, () => visit('correct'));
test('broken', details, () => visit('broken', SUITE_FIXED ? undefined : withoutId));
test('correct as well', details, () => visit('correct as well'));
test('without a page', () => {});
if (SUITE_HANGS) test('hangs', details, () => new Promise(() => console.log('hangs')));
