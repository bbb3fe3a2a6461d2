import type { Observation } from '../../../src/drift/observation.ts';
import { PROBES } from '../../../src/drift/probes/index.ts';
import { diagnosticIn } from '../../../src/tiktok/diagnostics.ts';
import { REST } from '../rest.ts';
import { EXPECTED, type Expected, type Wanted } from './expected.ts';
import { expect, named, observe, siteEvents, test } from './support.ts';

// The stand-in is compared with what is known of the real SDK, probe by probe.

/** One for each way in which an event arises; tests/harness/double covers the stand-in, and CI runs all probes. */
const EVERY_DAY = [
  'load/all',
  'identify/email',
  'event/id-third',
  'click-id/url',
  'consent/hold',
  'pixels/fan-out',
];

for (const probe of PROBES) {
  const details = EVERY_DAY.includes(probe.name) ? {} : REST;
  test(`${probe.name}: ${probe.about}`, details, async ({ lane }) => {
    const seen = await observe(probe, lane);
    expect(seen.errors).toEqual([]);
    hold(seen, EXPECTED[probe.name]!);
  });
}

test('every probe has its expectation, and none is left over', () => {
  const names = PROBES.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(EVERY_DAY));
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(EXPECTED).sort()).toEqual([...names].sort());
});

function hold(seen: Observation, expected: Expected): void {
  if (expected.events) expect(siteEvents(seen)).toEqual(expected.events);
  for (const [name, wanted] of Object.entries(expected.sent ?? {})) holdBodies(seen, name, wanted);
  for (const name of expected.unsent ?? []) expect(named(seen, name), name).toEqual([]);
  for (const [name, wanted] of Object.entries(expected.cookies ?? {})) {
    const cookie = seen.cookies.find((one) => one.name === name);
    if (wanted === null) expect(cookie, name).toBeUndefined();
    else expect(cookie, name).toMatchObject(wanted);
  }
  if (expected.diagnostics) expect(codes(seen)).toEqual(expected.diagnostics);
  if (expected.reports) expect(seen.reports).toMatchObject(expected.reports);
  expected.check?.(seen);
}

/** Each wanted body is one of those of its name; where a list is given, there are no others. */
function holdBodies(seen: Observation, name: string, wanted: Wanted | Wanted[]): void {
  const bodies = named(seen, name);
  const all = Array.isArray(wanted) ? wanted : [wanted];
  expect(bodies.length, `${name} was sent`).toBeGreaterThanOrEqual(all.length);
  if (Array.isArray(wanted)) expect(bodies, name).toHaveLength(all.length);
  const rest = [...bodies];
  for (const one of all) {
    const index = rest.findIndex((body) => matches(body, one));
    if (index < 0)
      expect(rest.length === 1 ? rest[0] : rest, name).toMatchObject(rest.length === 1 ? one : [one]);
    rest.splice(index, 1);
  }
}

function matches(body: unknown, wanted: Wanted): boolean {
  try {
    expect(body).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}

/** Each once: a problem of an identity is printed again with each event. */
const codes = ({ console }: Observation) => [...new Set(console.map((text) => diagnosticIn(text) ?? text))];
