import { expect } from '@playwright/test';
import type { LoggedCall } from '../../../../src/double/events-api/call.ts';
import type { LogEntry, VisitKey } from '../../../../src/double/events-api/run-log.ts';
import { ownerOf, shareOf, tieCall, visitsIn } from '../../../../src/double/events-api/tie.ts';
import { test } from '../../test.ts';
import { API, purchase, TRACK } from './support.ts';

type Keys = Partial<Record<VisitKey, string>>;

/** A visit that begins at 100 and, if it does, ends at `to`. */
function visit(id: string, keys: Keys, { from = 100, to }: { from?: number; to?: number } = {}): LogEntry[] {
  return [
    { type: 'begin', visit: id, at: from },
    ...Object.entries(keys).map(([key, value]) => ({
      type: 'key' as const,
      visit: id,
      key: key as VisitKey,
      value,
    })),
    ...(to === undefined ? [] : [{ type: 'end' as const, visit: id, at: to }]),
  ];
}

function call(keys: Keys, at = 150): LoggedCall {
  const { 'click-id': ttclid, ttp, 'user-agent': user_agent } = keys;
  const body = purchase(keys['event-id'] ?? '', { ttclid, ttp, user_agent });
  return { at, method: 'POST', url: `${API}${TRACK}`, headers: {}, body, status: 200, answer: {} };
}

const tie = (made: LoggedCall, entries: LogEntry[], request?: string) =>
  tieCall(made, request, visitsIn(entries))[0];

const ALL: Keys = { 'click-id': 'E.C.P.1', 'event-id': 'order-1', ttp: 'ttp-1', 'user-agent': 'agent 1' };

for (const key of ['click-id', 'event-id', 'ttp', 'user-agent'] as const) {
  test(`a call is tied by its ${key}`, () => {
    const entries = [...visit('v1', ALL), ...visit('v2', { [key]: 'another' })];
    expect(tie(call({ [key]: ALL[key] }), entries)).toEqual({ visit: 'v1', by: key });
  });
}

test('the more trusted key wins, whatever the others say', () => {
  const entries = [
    ...visit('v1', { 'click-id': 'E.C.P.1' }),
    ...visit('v2', { 'event-id': 'order-1', ttp: 'ttp-1', 'user-agent': 'agent 1' }),
  ];
  expect(tie(call(ALL), entries)).toEqual({ visit: 'v1', by: 'click-id' });
});

test('if a key fits two visits, the next key decides', () => {
  const entries = [
    ...visit('v1', { 'event-id': 'constant', ttp: 'ttp-1' }),
    ...visit('v2', { 'event-id': 'constant' }),
  ];
  expect(tie(call({ 'event-id': 'constant', ttp: 'ttp-1' }), entries)).toEqual({
    visit: 'v1',
    by: 'event-id',
  });
});

test('a call that fits two visits equally well is tied to neither, and so is one that fits none', () => {
  const entries = [...visit('v1', { 'event-id': 'constant' }), ...visit('v2', { 'event-id': 'constant' })];
  expect(tie(call({ 'event-id': 'constant' }), entries)).toBe('several-visits');
  expect(tie(call({ 'event-id': 'other' }), entries)).toBe('no-visit');
  expect(tie({ ...call({}), body: 'no JSON' }, entries)).toBe('no-visit');
});

test('a constant event_id is tied to the visit during which it came', () => {
  const constant = { 'event-id': 'constant' };
  const entries = [...visit('v1', constant, { to: 200 }), ...visit('v2', constant, { from: 300 })];
  expect(tie(call(constant, 150), entries)).toEqual({ visit: 'v1', by: 'event-id' });
  expect(tie(call(constant, 250), entries)).toBe('no-visit');
  expect(tie(call(constant, 350), entries)).toEqual({ visit: 'v2', by: 'event-id' });
});

test('a late call of a visit that is over is not taken for one of a visit that runs', () => {
  const entries = [
    ...visit('v1', { 'event-id': 'constant', ttp: 'ttp-1' }, { to: 200 }),
    ...visit('v2', { 'event-id': 'constant' }),
  ];
  expect(tie(call({ 'event-id': 'constant', ttp: 'ttp-1' }, 250), entries)).toBe('no-visit');
});

test('a call that a request caused belongs to it, even if nothing in the call says so', () => {
  const entries = [...visit('v1', ALL), ...visit('v2', { 'user-agent': 'agent 2' })];
  expect(tie(call({}), entries, 'v1')).toEqual({ visit: 'v1', by: 'request' });
  expect(tie(call({ 'user-agent': 'agent 2' }), entries, 'v1')).toEqual({ visit: 'v1', by: 'request' });
});

test('a queue that is drained by another’s request: the content says whose it is', () => {
  const entries = [...visit('v1', ALL), ...visit('v2', { 'event-id': 'order-2', ttp: 'ttp-2' })];
  expect(tie(call({ 'event-id': 'order-2' }), entries, 'v1')).toEqual({ visit: 'v2', by: 'event-id' });
  // The click id of another visit, but the order is its own: a finding for a rule, not another's call.
  expect(tie(call({ 'event-id': 'order-2', 'click-id': 'E.C.P.1' }), entries, 'v2')).toEqual({
    visit: 'v2',
    by: 'request',
  });
});

test('a request with events of several visits is divided among them', () => {
  const entries = [...visit('v1', { 'event-id': 'order-1' }), ...visit('v2', { 'event-id': 'order-2' })];
  const [one, two] = [purchase('order-1'), purchase('order-2')];
  const both = { ...call({}), body: { ...one, data: [...one.data, ...two.data] } };
  const ties = tieCall(both, undefined, visitsIn(entries));
  expect(shareOf('v1', both, ties)).toMatchObject({ body: one, tiedBy: 'event-id', otherEvents: 1 });
  expect(shareOf('v2', both, ties)).toMatchObject({ body: two, tiedBy: 'event-id', otherEvents: 1 });
  expect(shareOf('v3', both, ties)).toBeUndefined();
  expect(ownerOf(ties)).toBe('v1');
});
