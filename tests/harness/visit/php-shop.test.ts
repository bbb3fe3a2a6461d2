import { writeFile } from 'node:fs/promises';
import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import { PIXEL_ID } from '../../../fixtures/shop/settings.ts';
import { test as base, expect, TRACK } from '../double/events-api/support.ts';
import { needProgram, REST } from '../rest.ts';
import { type ForeignShop, failedOnBothSides, startForeignShop, tied } from './foreign-shop.ts';

/**
 * A shop whose order page sends its event by PHP's streams.
 *
 * @param id the event_id that it sends; `user`: what it sends about the visitor, in PHP
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

const test = base.extend<{ visits: (sent: Sent) => ReturnType<ForeignShop['visits']> }>({
  visits: async ({ folder }, use) => {
    await writeFile(`${folder}/index.php`, '');
    const started = await startForeignShop(folder, `php -S 127.0.0.1:{port} -t ${folder}`);
    await use(async (sent) => {
      await writeFile(`${folder}/index.php`, shop(sent));
      return started.visits();
    });
    await started.close();
  },
});

const needPhp = () => needProgram('php', ['--version'], 'php-cli');

test(
  'the calls of a PHP shop without a configured transport are seen, tied and judged',
  REST,
  async ({ visits }) => {
    needPhp();
    const user =
      "['ttclid' => $_COOKIE['ttclid'] ?? '', 'user_agent' => $_SERVER['HTTP_USER_AGENT'], 'ip' => $_SERVER['REMOTE_ADDR']]";
    const made = await visits({ id: '$order', user });
    expect(tied(made)).toEqual([
      ['organic', 'proxy', true, ['event-id']],
      ['ad-click', 'proxy', true, ['click-id']],
    ]);
    expect(failedOnBothSides(made)).toEqual([]);
  },
);

test('calls that contain only the user agent of a visitor are tied by it', REST, async ({ visits }) => {
  needPhp();
  const made = await visits({
    id: "uniqid('', true)",
    user: "['user_agent' => $_SERVER['HTTP_USER_AGENT']]",
  });
  expect(made.map(({ evidence: { server } }) => server.requests.map(({ tiedBy }) => tiedBy))).toEqual([
    ['user-agent'],
    ['user-agent'],
  ]);
});
