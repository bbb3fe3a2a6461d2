import { expect } from '@playwright/test';
import { withDefaults } from '../../../src/target/check.ts';
import { DEFAULT_FAULTS, type TargetFile } from '../../../src/target/target.ts';
import { visitName } from '../../../src/verdict/gate.ts';
import { planVisits, visitIdOf } from '../../../src/visit/plan.ts';
import { test } from '../test.ts';

const plan = (more: Partial<TargetFile>) => {
  const file: TargetFile = {
    name: 'shop',
    baseURL: 'http://www.shop.example',
    pixels: ['C0000000000000000000'],
    journeys: [{ name: 'purchase', start: '/' }],
    ...more,
  };
  return planVisits(withDefaults(file, '/target.json'));
};

test('each journey is visited under each scenario, ad-click once for each click URL', () => {
  const visits = plan({ clickUrls: ['/go/1?ttclid={ttclid}', '/go/2?ttclid={ttclid}'] });
  expect(visits.map(({ id, scenario, clickUrl }) => [id, scenario, clickUrl])).toEqual([
    ['purchase.organic', 'organic', undefined],
    ['purchase.ad-click', 'ad-click', '/go/1?ttclid={ttclid}'],
    ['purchase.ad-click.2', 'ad-click', '/go/2?ttclid={ttclid}'],
  ]);
});

test('a journey that expects something from the server is visited once for each fault', () => {
  const visits = plan({
    server: { command: 'node shop.js', url: 'http://127.0.0.1/' },
    eventsApi: {
      transport: 'preload',
      faults: [{ kind: 'token-expired' }, { kind: 'slow', times: 2, delay: 9 }],
    },
    scenarios: ['events-api-faults'],
    journeys: [
      { name: 'look', start: '/' },
      { name: 'purchase', start: '/', expect: [{ event: 'Purchase', server: true }] },
    ],
  });
  expect(visits.map(({ id, fault }) => [id, fault])).toEqual([
    ['purchase.events-api-faults.token-expired', { kind: 'token-expired' }],
    ['purchase.events-api-faults.slow-twice-after-9-ms', { kind: 'slow', times: 2, delay: 9 }],
  ]);
  expect(visits.map((visit) => visitName(visitIdOf(visit)))).toEqual([
    'purchase under events-api-faults (token-expired)',
    'purchase under events-api-faults (slow twice after 9 ms)',
  ]);
});

test('without a list of faults there is a visit for each of the usual ones', () => {
  const visits = plan({
    server: { command: 'node shop.js', url: 'http://127.0.0.1/' },
    scenarios: ['events-api-faults'],
    journeys: [{ name: 'purchase', start: '/', expect: [{ event: 'Purchase', server: true }] }],
  });
  expect(visits.map(({ fault }) => fault)).toEqual(DEFAULT_FAULTS);
  expect(new Set(visits.map(({ id }) => id)).size).toBe(DEFAULT_FAULTS.length);
});

test('ids are unique, whatever the journeys are called', () => {
  const names = ['to buy', 'to-buy', 'to/buy'];
  const visits = plan({ journeys: names.map((name) => ({ name, start: '/' })) });
  expect(new Set(visits.map(({ id }) => id)).size).toBe(6);
  for (const { id } of visits) expect(id).toMatch(/^[\w.-]+$/);
});

for (const [start, clickUrl] of [
  ['/', '/?ttclid={ttclid}'],
  ['/sale?from=ad', '/sale?from=ad&ttclid={ttclid}'],
  ['/app#/sale', '/app?ttclid={ttclid}#/sale'],
]) {
  test(`without click URLs an ad leads to ${start} itself, tagged as TikTok does`, () => {
    const visits = plan({ scenarios: ['ad-click'], journeys: [{ name: 'purchase', start: start! }] });
    expect(visits.map((visit) => visit.clickUrl)).toEqual([clickUrl]);
  });
}

test('visitors of consent scenarios come from an ad if the target says so', () => {
  const consent = { grant: [{ click: '#yes' }], deny: [{ click: '#no' }] };
  const scenarios: TargetFile['scenarios'] = ['organic', 'consent-denied', 'consent-ignored'];
  const clickUrls = ['/go/1?ttclid={ttclid}', '/go/2?ttclid={ttclid}'];
  const urls = (more: Partial<TargetFile>) =>
    plan({ consent, scenarios, clickUrls, ...more }).map(({ scenario, clickUrl }) => [scenario, clickUrl]);
  expect(urls({ consentVisits: 'ad' })).toEqual([
    ['organic', undefined],
    ['consent-denied', clickUrls[0]],
    ['consent-ignored', clickUrls[0]],
  ]);
  expect(urls({}).map(([, url]) => url)).toStrictEqual([undefined, undefined, undefined]);
});
