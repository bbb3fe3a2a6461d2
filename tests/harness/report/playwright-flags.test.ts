import { expect } from '@playwright/test';
import { playwrightFlags, refuseFlags } from '../../../src/report/playwright-flags.ts';
import { OptionError } from '../../../src/target/sdk.ts';
import { test } from '../test.ts';

const flags = (...args: string[]) => playwrightFlags(['node', 'playwright', 'test', ...args]);

function refusal(args: string[], isChosen = false): string | undefined {
  try {
    refuseFlags(flags(...args), isChosen);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
}

test("every notation of Playwright's options is understood", () => {
  expect(flags('--headed', '--quiet')).toMatchObject({ headed: true, quiet: true, ui: undefined });
  expect(flags()).toMatchObject({
    headed: false,
    quiet: false,
    trace: undefined,
    filter: undefined,
    shard: undefined,
  });
  for (const debug of [['--debug'], ['--debug=inspector'], ['--debug', 'inspector']])
    expect(flags(...debug).headed).toBe(true);
  expect(flags('--debug=cli').headed).toBe(false);
  expect(flags('--ui').ui).toBe('window');
  for (const served of [['--ui-port=0'], ['--ui', '--ui-host', '0.0.0.0']])
    expect(flags(...served).ui).toBe('served');
});

test('refuses a trace in any mode, and accepts --trace=off', () => {
  for (const args of [['--trace', 'on'], ['--trace=retain-on-failure']])
    expect(refusal(args)).toMatch(/^--trace: an audit makes no trace, .*the identity in plain text/);
  for (const args of [['--trace=off'], ['--trace', 'off'], []]) expect(refusal(args)).toBeUndefined();
});

test('refuses a shard with a filter, and neither of them alone', () => {
  for (const filter of [['--grep', 'x'], ['-g', 'x'], ['--grep-invert=x'], ['--last-failed']]) {
    expect(refusal([...filter, '--shard=1/2'])).toContain(`found ${filter[0]!.replace('=x', '')} beside it`);
    expect(refusal(filter)).toBeUndefined();
  }
  expect(refusal(['--shard', '1/2'], true)).toContain('found --journey or --scenario beside it');
  expect(refusal(['--shard', '1/2'])).toBeUndefined();
  expect(refusal([], true)).toBeUndefined();
});

test('an invalid shard is refused', () => {
  for (const shard of ['5/4', '0/4', 'half', '1', '1/2/3', ''])
    expect(refusal([`--shard=${shard}`])).toBe(
      `--shard: found ${JSON.stringify(shard)}; wanted a part and the number of parts, such as 1/4.`,
    );
  expect(refusal(['--shard', '12/12'])).toBeUndefined();
});
