import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../../../src/recorder/session.ts';
import { loaded } from '../double/support.ts';
import { REST } from '../rest.ts';
import { document, expect, names, test } from './support.ts';

/** Hostile pages. The visit ends, says what happened, keeps what it saw, and the next one is like any other. */
const BROKEN = `<script>ttq.track('before');</script>`;

test.describe.configure({ mode: 'parallel' });

test('a page that crashes breaks the visit off, and keeps what was recorded', async ({ record }) => {
  const evidence = await record({ '/': document(loaded(), BROKEN) }, [{ goto: 'chrome://crash' }]);
  expect(evidence.outcome).toBe('broken');
  expect(evidence.problem).toEqual({
    kind: 'crash',
    code: 'page-crashed',
    args: {},
    message: 'The page crashed.',
  });
  expect(names(evidence)).toEqual(['before']);
});

test('a page that never ends does not hold up the visit', REST, async ({ record }) => {
  const endless = `${BROKEN}<a href="#" id="go">go</a><script>
    document.querySelector('#go').addEventListener('click', () => { for (;;); });
  </script>`;
  const step = 1_500;
  const evidence = await record({ '/': document(loaded(), endless) }, [{ click: '#go' }], { step });
  expect(names(evidence)).toEqual(['before']);
  expect(evidence.problem?.code).toBe('page-busy');
  expect(evidence.duration).toBeLessThan(6 * step);
});

test('a page that closes itself breaks the visit off', REST, async ({ record }) => {
  const closing = `${BROKEN}<button id="go" onclick="window.open('', '_self').close()">go</button>`;
  const evidence = await record({ '/': document(loaded(), closing) }, [
    { click: '#go' },
    { waitFor: '#never' },
  ]);
  expect(evidence.outcome).toBe('broken');
  expect(names(evidence)).toEqual(['before']);
});

test(
  'a browser that dies breaks the visit off, and the next visit has a new one',
  REST,
  async ({ record, session }) => {
    const browser = await session.browser();
    const dying = record({ '/': document(loaded(), BROKEN) }, [{ waitFor: '#never' }]);
    await expect.poll(() => browser.contexts().length).toBe(1);
    await browser.close();
    const evidence = await dying;
    expect(evidence.outcome).toBe('broken');
    expect(evidence.problem?.kind).toBe('crash');

    const next = await record({ '/': document(loaded(), BROKEN) });
    expect(next.outcome).toBe('complete');
    expect(names(next)).toEqual(['before']);
  },
);

test('a killed browser is noticed in seconds, whatever the visit waits for', async ({ record, session }) => {
  const browser = await session.browser();
  const dying = record({ '/': document(loaded(), BROKEN) }, [{ waitFor: '#never' }], { step: 60_000 });
  await expect.poll(() => browser.contexts().length).toBe(1);
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const killedAt = performance.now();
  process.kill(processInfo.find(({ type }) => type === 'browser')!.id, 'SIGKILL');
  expect((await dying).problem?.code).toBe('browser-crashed');
  expect(performance.now() - killedAt).toBeLessThan(10_000);
});

test("a browser's profile is in a folder that the run removes", async () => {
  const temp = mkdtempSync(join(tmpdir(), 'ttq-profiles-'));
  const session = await Session.open(undefined, undefined, temp);
  expect(readdirSync(temp)).toContainEqual(expect.stringMatching(/profile/));
  await session.close();
  expect(process.env.TMPDIR).not.toBe(temp);
  rmSync(temp, { recursive: true });
});
