import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scriptSource } from '../../../src/double/scripts/source.ts';
import { print } from '../../../src/drift/print.ts';
import { OTHER, PIXEL } from '../../../src/drift/probe.ts';
import { PROBES } from '../../../src/drift/probes/index.ts';
import { type DriftReport, drift, type Side } from '../../../src/drift/run.ts';
import { DEFAULT_SDK, type Profile } from '../../../src/target/target.ts';
import { inProcess } from '../cli/in-process.ts';
import { REST } from '../rest.ts';
import { expect, probe, test } from './support.ts';

test.describe.configure({ mode: 'parallel' });

test.setTimeout(300_000);

const profile = (name: Profile): Side => ({ name, sdk: { ...DEFAULT_SDK, profile: name } });

/** What differs, by probe. */
const places = ({ probes }: DriftReport) =>
  Object.fromEntries(
    probes
      .filter(({ differences }) => differences.length > 0)
      .map(({ name, differences }) => [name, differences.map(({ place }) => place)]),
  );

test('a build never differs from itself', REST, async () => {
  // Some of them; each probe also has its own test.
  const some = PROBES.filter((_, index) => index % 6 === 0);
  const report = await drift(profile('2025-12'), profile('2025-12'), some);
  expect(report.left.library).toBe('pixel.js 2.2.1');
  expect(report.probes.map(({ problems }) => problems)).toEqual(some.map(() => ({})));
  expect(places(report)).toEqual({});
  expect(print(await drift(profile('2025-12'), profile('2025-12'), some.slice(0, 5)))).toMatch(
    /probes, none differs$/,
  );
});

test('2024 differs from 2025 where it is known to', REST, async () => {
  const names = [
    ...['event/renames', 'event/names-kept', 'event/id-types', 'page/queued', 'page/repeated', 'spa/push'],
    ...['spa/replace', 'spa/popstate', 'spa/hash', 'spa/manual', 'spa/same-url', 'spa/switched-off'],
    ...['identify/phone', 'click-id/url', 'cookie/all', 'consent/grant', 'transport/no-beacon'],
  ];
  const { probes } = await drift(profile('2024-04'), profile('2025-12'), names.map(probe));
  const seen = (place: string) =>
    probes.every(({ differences }) => differences.some((one) => one.place === place));
  // These show everywhere.
  for (const place of ['cookie · _ttp.value', 'cookie · ttcsid', 'wire · LandingPageView'])
    expect(seen(place), place).toBe(true);
  const isCommon = (place: string) =>
    /^cookie · _ttp\.value$|context\.user\.anonymous_id$|LandingPageView$/.test(place);
  const others = probes
    .map(({ name, differences }) => {
      const judged = differences.filter(({ grade, place }) => grade === 'event' && !isCommon(place));
      return [name, judged.map(({ place }) => place)] as const;
    })
    .filter(([, all]) => all.length > 0);
  // Old names go out as they are, and a new URL is no Pageview.
  expect(others.map(([name]) => name)).toEqual([
    'event/renames',
    'spa/push',
    'spa/replace',
    'spa/popstate',
    'spa/hash',
  ]);
  const { 'event/renames': renames, ...pages } = Object.fromEntries(others);
  // The two that were renamed last.
  expect(renames).toHaveLength(4);
  expect(renames).toEqual(
    expect.arrayContaining(['wire · CompletePayment', 'wire · Purchase', 'wire · Lead']),
  );
  for (const all of Object.values(pages)) expect(all).toContain('wire · Pageview');
});

test.describe('a saved build', () => {
  let folder = '';

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ttq-drift-'));
  });
  test.afterAll(() => rm(folder, { recursive: true }));

  const saved = (): Side => ({ name: 'saved', sdk: { mode: 'file', folder } });
  const some = ['load/all', 'event/properties', 'identify/external-id', 'page/queued', 'spa/push'].map(probe);

  test('is found to be the one that was saved', REST, async () => {
    await save(folder, (text) => text);
    expect(print(await drift(profile('2025-12'), saved(), some))).toMatch(/5 probes, none differs$/);
  });

  test('with one behaviour changed differs exactly there', REST, async () => {
    await save(folder, (text) => text.replaceAll('.toUpperCase()', '.toLowerCase()'));
    expect(places(await drift(profile('2025-12'), saved(), some))).toEqual({
      // The SDK's console does not know a currency in lower case.
      'event/properties': ['wire · A · properties.currency', 'console'],
    });
  });

  test('that lacks a script cannot be run', REST, async () => {
    await save(folder, (text) => text);
    await rm(join(folder, 'i18n/pixel/static'), { recursive: true });
    await expect(drift(profile('2025-12'), saved(), some)).rejects.toThrow(
      /The SDK saved is not available\. .*static/,
    );
  });
});

test.describe('the command', () => {
  async function sdkDiff(...args: string[]): Promise<{ code: number; output: string }> {
    const { code, out, err } = await inProcess(tmpdir(), ['sdk', 'diff', ...args]);
    return { code, output: out + err };
  }

  test('says that there is no difference', REST, async () => {
    expect(await sdkDiff('double', '2025-12', '--only', '^event/unicode$')).toEqual({
      code: 0,
      output: 'left double (pixel.js 2.2.1), right 2025-12 (pixel.js 2.2.1)\n\n1 probes, none differs\n',
    });
  });

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  test('names differences, and writes them as data', REST, async ({}, { outputDir }) => {
    await mkdir(outputDir, { recursive: true });
    const json = join(outputDir, 'drift.json');
    const { code, output } = await sdkDiff('2024-04', '2025-12', '--only', '^event/renames$', '--json', json);
    expect(code).toBe(1);
    expect(output).toMatch(/^event {2}wire · CompletePayment: left "sent" right \(missing\)$/m);
    expect(output).toMatch(/1 probes, 1 differ in \d+ ways, \d+ of which a rule could see\n$/);
    const { probes } = JSON.parse(await readFile(json, 'utf8')) as DriftReport;
    expect(probes).toMatchObject([{ name: 'event/renames', problems: {} }]);
    expect(probes[0]!.differences).toContainEqual({
      grade: 'event',
      place: 'wire · CompletePayment',
      left: 'sent',
    });
  });

  for (const [what, args, said] of [
    ['an SDK that there is not', ['2025-12', 'no-such-folder'], /The SDK "no-such-folder" cannot be used/],
    [
      'a pattern that fits nothing',
      ['2025-12', '2025-12', '--only', 'nonsense'],
      /--only "nonsense" matches no probe/,
    ],
    ['an invalid pattern', ['2025-12', '2025-12', '--only', '('], /is not a regular expression/],
    ['too few arguments', ['2025-12'], /missing required argument/],
  ] as const)
    test(`refuses ${what}`, async () => {
      const { code, output } = await sdkDiff(...args);
      expect(code).toBe(2);
      expect(output).toMatch(said);
    });
});

/** Saves the scripts of the stand-in as a browser would be given them, changed. */
async function save(folder: string, change: (text: string) => string): Promise<void> {
  const source = scriptSource(profile('2025-12').sdk, fetch);
  const queue = [PIXEL, OTHER].map((pixel) => `/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`);
  const known = new Set(queue);
  for (const path of queue) {
    const script = await source.get(new URL(path, 'https://analytics.tiktok.com'), {});
    const text = change(String(script!.body));
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    for (const [, found] of text.matchAll(
      /https:\/\/analytics\.tiktok\.com(\/i18n\/pixel\/static\/[\w.=-]+\.js)/g,
    )) {
      if (found !== undefined && !known.has(found)) queue.push(found);
      known.add(found!);
    }
  }
}
