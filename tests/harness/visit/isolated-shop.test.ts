import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import { PIXEL_ID } from '../../../fixtures/shop/settings.ts';
import { expect, TRACK, test } from '../double/events-api/support.ts';
import { needProgram, REST } from '../rest.ts';
import { failedOnBothSides, startForeignShop, tied } from './foreign-shop.ts';
import { hasNamespaces } from './namespaces.ts';

/**
 * A shop in Python whose order comes from a database, and whose order page sends its event without any proxy. It tries all other ways out
 * that it knows, too: to an address, by TCP and by UDP; by a server of names that it asks itself; by a program that it starts.
 */
const SHOP = `
import http.client, http.server, json, os, secrets, socket, ssl, subprocess, sys, time, urllib.parse
PORT, FOLDER, SINK, DATABASE = int(sys.argv[1]), os.environ['FOLDER'], os.environ['SINK'], int(os.environ['DATABASE'])
BASE_CODE = open(FOLDER + '/base-code.html').read()
HOST, SINK_PORT = SINK.split(':')[0], int(SINK.split(':')[1])

def order_id():
    with socket.create_connection(('localhost', DATABASE)) as database:
        return database.recv(100).decode() + secrets.token_hex(6)

def send(order, handler, click):
    event = {'event': 'Purchase', 'event_time': int(time.time()), 'event_id': order,
        'user': {'ttclid': click, 'user_agent': handler.headers['User-Agent'], 'ip': handler.client_address[0]},
        'page': {'url': 'http://' + handler.headers['Host'] + handler.path},
        'properties': {'value': 10, 'currency': 'USD', 'content_type': 'product', 'contents': [{'content_id': 'a', 'quantity': 1, 'price': 10}]}}
    body = json.dumps({'event_source': 'web', 'event_source_id': '${PIXEL_ID}', 'data': [event]})
    connection = http.client.HTTPSConnection('business-api.tiktok.com', context=ssl.create_default_context())
    connection.request('POST', '${TRACK}', body, {'Access-Token': 'the-token', 'Content-Type': 'application/json'})
    print('answer', json.loads(connection.getresponse().read())['code'], flush=True)

def attempt(name, way):
    try:
        way()
        print('left', name, flush=True)
    except Exception as error:
        print('kept', name, getattr(error, 'errno', ''), flush=True)

def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (HOST, SINK_PORT))

class Shop(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words): pass
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        cookies = dict(one.strip().split('=', 1) for one in (self.headers['Cookie'] or '').split(';') if '=' in one)
        page = '<a href="/thanks">Buy</a>'
        if self.path.startswith('/thanks'):
            order = order_id()
            send(order, self, cookies.get('ttclid', ''))
            attempt('tcp', lambda: socket.create_connection((HOST, SINK_PORT), 2))
            attempt('udp', udp)
            attempt('http', lambda: http.client.HTTPConnection(HOST, SINK_PORT, timeout=2).request('GET', '/'))
            attempt('curl', lambda: subprocess.run(['curl', '-sS', '--noproxy', '*', 'http://' + SINK + '/'], check=True, stderr=subprocess.DEVNULL))
            attempt('name', lambda: socket.getaddrinfo('www.elsewhere.example', 443))
            page = """<script>ttq.track('Purchase', { value: 10, currency: 'USD', content_type: 'product', contents: [{ content_id: 'a', quantity: 1, price: 10 }] }, { event_id: '%s' });</script>Thank you""" % order
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        if 'ttclid' in query: self.send_header('Set-Cookie', 'ttclid=' + query['ttclid'][0])
        self.end_headers()
        self.wfile.write(('<!doctype html><html><head><title>Shop</title>' + BASE_CODE + '</head><body>' + page + '</body></html>').encode())

http.server.ThreadingHTTPServer(('127.0.0.1', PORT), Shop).serve_forever()
`;

test(
  'an isolated shop is served, has its database and its calls are seen and tied; nothing else leaves it',
  REST,
  async ({ folder }) => {
    needProgram('/usr/bin/python3', ['--version'], 'python3');
    needProgram('curl', ['-V'], 'curl');
    test.skip(!hasNamespaces(), 'this machine lets nobody make a network namespace');
    const arrived: string[] = [];
    const tcp = createServer((socket) => {
      arrived.push('tcp');
      socket.destroy();
    }).listen(0, '127.0.0.2');
    const database = createServer((socket) => socket.end('order-')).listen(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(database, 'listening')]);
    const [sink, store] = [tcp, database].map((server) => (server.address() as AddressInfo).port);
    const udp = createSocket('udp4').on('message', () => arrived.push('udp'));
    udp.bind(sink, '127.0.0.2');
    await once(udp, 'listening');
    await writeFile(`${folder}/shop.py`, SHOP);
    await writeFile(`${folder}/base-code.html`, BASE_CODE);
    const shop = await startForeignShop(folder, `/usr/bin/python3 ${folder}/shop.py {port}`, {
      isolated: true,
      reaches: [`localhost:${store}`],
      env: { FOLDER: folder, SINK: `127.0.0.2:${sink}`, DATABASE: String(store) },
    });
    const made = await shop.visits();
    expect(shop.proxy.open).toBeUndefined();
    expect(tied(made)).toEqual([
      ['organic', 'proxy', true, ['event-id']],
      ['ad-click', 'proxy', true, ['click-id']],
    ]);
    expect(failedOnBothSides(made)).toEqual([]);
    const lines = (await shop.close()).split('\n');
    expect(lines.filter((line) => line === 'answer 0')).toHaveLength(2);
    // A datagram to a loopback address counts as sent, though nobody is there.
    expect(lines.filter((line) => line.startsWith('left') && line !== 'left udp')).toEqual([]);
    expect(lines.filter((line) => line.startsWith('kept'))).toHaveLength(8);
    expect(arrived).toEqual([]);
    for (const server of [tcp, database, udp]) server.close();
  },
);
