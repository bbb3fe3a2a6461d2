import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from '@playwright/test';
import { withDefaults } from '../../../src/target/check.ts';
import { environmentOf, optionsIn, type RunOptions, withOptions } from '../../../src/target/options.ts';
import { OptionError, parseSdk, sdkOf } from '../../../src/target/sdk.ts';
import { DEFAULT_SDK, type TargetFile } from '../../../src/target/target.ts';
import { test } from '../test.ts';

const CACHE = join(process.cwd(), '.ttq-conformance/sdk');
const target = (more: Partial<TargetFile> = {}) =>
  withDefaults(
    {
      name: 'shop',
      baseURL: 'https://shop.example',
      pixels: ['CDEMO000000000000001'],
      journeys: [{ name: 'look', start: '/' }],
      ...more,
    },
    '/x/target.json',
  );

/** The message of options that are refused. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
  return 'nothing was refused';
}

function savedIn(folder: string, file = 'i18n/pixel/events.js'): string {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), '');
  return folder;
}

test('a word names an SDK', () => {
  expect(parseSdk('double', '/x')).toEqual(DEFAULT_SDK);
  expect(parseSdk('2026-09', '/x')).toEqual({ ...DEFAULT_SDK, profile: '2026-09' });
  expect(parseSdk('live', '/x')).toEqual({ mode: 'live', cache: CACHE, refresh: false });
});

test('the earlier names of profiles still work', () => {
  expect(parseSdk('2024', '/x')).toEqual({ ...DEFAULT_SDK, profile: '2024-04' });
  expect(parseSdk('2025', '/x')).toEqual({ ...DEFAULT_SDK, profile: '2025-12' });
});

test('a mirror replaces TikTok: over https, or on this machine', () => {
  const live = (upstream: string) => sdkOf({ mode: 'live', upstream }, '/x');
  for (const upstream of ['https://mirror.example/tiktok', 'http://127.0.0.1:8080'])
    expect(live(upstream)).toMatchObject({ mode: 'live', upstream });
  for (const upstream of ['http://mirror.example', 'mirror.example', 'https://mirror.example/?a'])
    expect(refusal(() => live(upstream))).toContain(`TTQ_SDK_UPSTREAM: found ${JSON.stringify(upstream)}`);
});

for (const file of [
  'i18n/pixel/events.js',
  'analytics.tiktok.com/i18n/pixel/events.js',
  'i18n/pixel/events.js?sdkid=CDEMO000000000000001&lib=ttq',
  'analytics.tiktok.com/i18n/pixel/events.js%3Fsdkid%3DCDEMO000000000000001%26lib%3Dttq',
]) {
  test(`any other word is a folder, which has to contain a loader: ${file}`, () => {
    const folder = savedIn(test.info().outputPath('sdk'), file);
    expect(parseSdk('sdk', test.info().outputPath())).toEqual({ mode: 'file', folder });
    expect(parseSdk(folder, '/elsewhere')).toEqual({ mode: 'file', folder });
  });
}

test('an unknown word is reported, with what is wanted', () => {
  for (const word of ['file', 'lve', '2023', 'src'])
    expect(refusal(() => parseSdk(word, process.cwd()))).toMatch(
      new RegExp(
        `^The SDK "${word}" cannot be used: found no .+${word}; wanted double, 2024-04, 2025-08, 2025-12, 2026-05, 2026-09, live, or a folder `,
      ),
    );
});

const NONE = { refreshSdk: false, forwardEvents: false, verbose: false, quiet: false, strictNetwork: false };

test('options pass through the environment unchanged', () => {
  for (const options of [
    { sdk: 'live', refreshSdk: true, forwardEvents: true, verbose: true, quiet: true, strictNetwork: true },
    { ...NONE, sdk: undefined },
    { ...NONE, journey: ['purchase', 'look, and leave'], scenario: ['organic', 'ad-click'] },
  ])
    expect(optionsIn(environmentOf(options))).toEqual({ ...options, debug: false });
  expect(optionsIn({ TTQ_SDK: '', TTQ_REFRESH_SDK: '0', TTQ_FORWARD_EVENTS: 'false' })).toEqual({
    ...NONE,
    debug: false,
  });
});

test('no step times out while a person looks at each one', () => {
  expect(withOptions(target(), optionsIn({})).timeouts.step).toBe(15_000);
  expect(withOptions(target(), optionsIn({ PWDEBUG: '1' })).timeouts).toEqual({
    ...target().timeouts,
    step: 24 * 60 * 60 * 1000,
  });
});

test("the option replaces the target's SDK; if the mode is the same, its details stay", () => {
  const sdk = (own: TargetFile['sdk'], options: RunOptions) =>
    withOptions(target(own === undefined ? {} : { sdk: own }), options).sdk;
  expect(sdk('2024-04', {})).toEqual({ ...DEFAULT_SDK, profile: '2024-04' });
  expect(sdk('live', { sdk: 'double' })).toEqual(DEFAULT_SDK);
  expect(sdk({ mode: 'double', firstPartyCookies: false }, { sdk: '2025-08' })).toEqual({
    ...DEFAULT_SDK,
    firstPartyCookies: false,
    profile: '2025-08',
  });
  const kept = { mode: 'live', cache: '/x/kept' } as const;
  expect(sdk(kept, { sdk: 'live' })).toEqual({ ...kept, refresh: false });
  expect(sdk(undefined, { sdk: 'live', refreshSdk: true })).toEqual({
    mode: 'live',
    cache: CACHE,
    refresh: true,
  });
  // From the current folder, as on any command line.
  const folder = savedIn(test.info().outputPath('sdk'));
  expect(sdk('live', { sdk: relative(process.cwd(), folder) })).toEqual({ mode: 'file', folder });
});

test('a strict audit isolates every server that it starts', () => {
  const server = { command: 'serve', url: 'http://127.0.0.1:3000/', isolated: false };
  const isolated = (own: Partial<TargetFile>, options: RunOptions) =>
    withOptions(target(own), options).server?.isolated;
  expect(isolated({ server }, { strictNetwork: true })).toBe(true);
  expect(isolated({ server }, {})).toBe(false);
  expect(withOptions(target(), { strictNetwork: true }).server).toBeUndefined();
});

test('only what is fetched can be fetched again', () => {
  expect(refusal(() => withOptions(target(), { refreshSdk: true }))).toBe(
    '--refresh-sdk (TTQ_REFRESH_SDK) was given, but the SDK is "double"; wanted "live". Leave it out, or add --sdk live.',
  );
});

test('events go to TikTok only where the target and the run both say so', () => {
  const forwarding = target({ events: 'forward' });
  expect(withOptions(forwarding, { forwardEvents: true }).events).toBe('forward');
  expect(refusal(() => withOptions(forwarding, {}))).toContain('Add --forward-events (TTQ_FORWARD_EVENTS=1)');
  expect(refusal(() => withOptions(target(), { forwardEvents: true }))).toContain('set "events": "forward"');
});

for (const text of ['0', '-1', '1.5', '101', 'two', ' ']) {
  test(`${JSON.stringify(text)} is not a number of repeats`, () => {
    expect(refusal(() => optionsIn({ TTQ_REPEAT: text }))).toContain(
      `--repeat (TTQ_REPEAT): found ${JSON.stringify(text)}; wanted a whole number from 1 to 100`,
    );
  });
}

test('a number of repeats, and none', () => {
  expect(optionsIn({ TTQ_REPEAT: '3' }).repeat).toBe(3);
  expect(optionsIn({ TTQ_REPEAT: '' }).repeat).toBeUndefined();
  expect(environmentOf({ repeat: 3 })).toEqual({ TTQ_REPEAT: '3' });
});

test('a key for the masks has to be long, and the error does not repeat a short one', () => {
  const key = 'k'.repeat(32);
  expect(optionsIn({ TTQ_MASK_KEY: key }).maskKey).toBe(key);
  expect(optionsIn({ TTQ_MASK_KEY: '' }).maskKey).toBeUndefined();
  const said = refusal(() => optionsIn({ TTQ_MASK_KEY: 'hunter2' }));
  expect(said).toContain('TTQ_MASK_KEY: found 7 characters; wanted 32 or more');
  expect(said).not.toContain('hunter2');
});
