import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import { PIXEL_ID } from '../../../fixtures/shop/settings.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { RULES } from '../../../src/rules/index.ts';
import { targetIn } from '../../../src/target/load.ts';
import { freePorts } from '../../../src/target/ports.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { startSiteProxy } from '../../../src/visit/site-proxy.ts';
import { serversOf } from '../../../src/visit/web-servers.ts';
import { test as base, expect, TRACK } from '../double/events-api/support.ts';
import { needProgram, REST } from '../rest.ts';

/**
 * A shop whose order page sends its event by PHP's streams.
 *
 * @param id the event_id that it sends, and `user`: what it tells of the visitor, in PHP
 */
const shop = ({ id, user }: Sent) => `<?php
if (isset($_GET['ttclid'])) setcookie('ttclid', $_GET['ttclid']);
$order = 'order-' . bin2hex(random_bytes(6));
$isOrder = strpos($_SERVER['REQUEST_URI'], '/thanks') === 0;
if ($isOrder) {
  $event = ['event' => 'Purchase', 'event_time' => time(), 'event_id' => ${id}, 'user' => ${user},
    'page' => ['url' => 'http://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']],
    'properties' => ['value' => 10, 'currency' => 'USD', 'content_type' => 'product', 'contents' => [['content_id' => 'a', 'quantity' => 1, 'price' => 10]]]];
  file_get_contents('https://business-api.tiktok.com${TRACK}', false, stream_context_create(['http' => [
    'method' => 'POST', 'header' => ['Access-Token: the-token', 'Content-Type: application/json'],
    'content' => json_encode(['event_source' => 'web', 'event_source_id' => '${PIXEL_ID}', 'data' => [$event]]),
  ]]));
}
?><!doctype html><html><head><title>Shop</title>${BASE_CODE}</head><body>
<?php if ($isOrder) { ?>
<script>ttq.track('Purchase', { value: 10, currency: 'USD', content_type: 'product', contents: [{ content_id: 'a', quantity: 1, price: 10 }] }, { event_id: '<?= $order ?>' });</script>Thank you
<?php } else { ?><a href="/thanks">Buy</a><?php } ?>
</body></html>`;

interface Sent {
  id: string;
  user: string;
}

const test = base.extend<{ visits: (sent: Sent) => Promise<{ evidence: Evidence; failed: string[] }[]> }>({
  visits: async ({ folder }, use) => {
    const [port = 0] = await freePorts(1);
    const target = targetIn(
      {
        name: 'php-shop',
        baseURL: 'http://127.0.0.1:{port}',
        server: { command: `php -S 127.0.0.1:{port} -t ${folder}`, url: 'http://127.0.0.1:{port}/' },
        pixels: [PIXEL_ID],
        journeys: [
          {
            name: 'purchase',
            start: '/',
            steps: [{ click: 'text=Buy' }, { waitFor: 'text=Thank you' }],
            expect: [{ event: 'Purchase', count: 1, server: true }],
          },
        ],
      },
      `${folder}/target.json`,
      port,
    );
    const run = { target, logs: folder };
    const proxy = await startSiteProxy(run, () => undefined);
    const [site] = serversOf(run, proxy);
    await writeFile(`${folder}/index.php`, '');
    const child = spawn(site!.command, {
      shell: true,
      detached: true,
      env: { ...process.env, ...site!.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines = createInterface(child.stderr);
    await once(lines, 'line');
    const session = await Session.open();
    await use(async (sent) => {
      await writeFile(`${folder}/index.php`, shop(sent));
      return Promise.all(
        planVisits(target).map(async (plan) => {
          const evidence = await recordVisit(session, target, plan, folder);
          const { verdicts } = judgeVisit(evidence, target, RULES);
          const isHeld = (outcome: string) => outcome === 'fail' || outcome === 'inconclusive';
          return {
            evidence,
            failed: verdicts.filter(({ outcome }) => isHeld(outcome)).map(({ rule }) => rule),
          };
        }),
      );
    });
    await session.close();
    lines.close();
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'close');
    await proxy!.close();
  },
});

const needPhp = () => needProgram('php', ['--version'], 'php-cli');

test(
  'a PHP shop that says nothing of a transport: its calls are seen, tied and judged',
  REST,
  async ({ visits }) => {
    needPhp();
    const user =
      "['ttclid' => $_COOKIE['ttclid'] ?? '', 'user_agent' => $_SERVER['HTTP_USER_AGENT'], 'ip' => $_SERVER['REMOTE_ADDR']]";
    const made = await visits({ id: '$order', user });
    expect(
      made.map(({ evidence: { scenario, server, recorder } }) => [
        scenario,
        recorder.eventsApi,
        server.seen,
        server.requests.map(({ tiedBy }) => tiedBy),
      ]),
    ).toEqual([
      ['organic', 'proxy', true, ['event-id']],
      ['ad-click', 'proxy', true, ['click-id']],
    ]);
    for (const { failed } of made)
      expect(failed.filter((rule) => /^(events-api\/sent-for-each|dedup\/|event-id\/)/.test(rule))).toEqual(
        [],
      );
  },
);

test(
  'where the user agent is all that its calls hold of a visitor, they are tied by it',
  REST,
  async ({ visits }) => {
    needPhp();
    const made = await visits({
      id: "uniqid('', true)",
      user: "['user_agent' => $_SERVER['HTTP_USER_AGENT']]",
    });
    expect(made.map(({ evidence: { server } }) => server.requests.map(({ tiedBy }) => tiedBy))).toEqual([
      ['user-agent'],
      ['user-agent'],
    ]);
  },
);
