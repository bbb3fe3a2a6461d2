import { expect } from '@playwright/test';
import { listeningIn } from '../../../src/visit/listening.ts';
import { test } from '../test.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue\n';
/** A socket in a state: 0A waits for connections, 01 has one. */
const row = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 2807573\n`;
const at = (tcp: string, tcp6 = '') =>
  listeningIn(HEAD + tcp, HEAD + tcp6).map(({ host, port }) => `${host} ${port}`);

test('listening sockets on loopback are found, and nothing else', () => {
  expect(at(row('0100007F:1F90') + row('0500007F:0050') + row('0100007F:1F91', '01'))).toEqual([
    '127.0.0.1 8080',
    '127.0.0.5 80',
  ]);
  expect(at(row('020200C0:1F90'))).toEqual([]);
  expect(at('')).toEqual([]);
  expect(listeningIn('', '')).toEqual([]);
});

test('a socket that listens on every address listens on loopback', () => {
  expect(at(row('00000000:1F90'))).toEqual(['127.0.0.1 8080']);
  const all = row(`${'0'.repeat(32)}:1F90`);
  expect(at('', all)).toEqual(['127.0.0.1 8080', '::1 8080']);
  expect(at(row('00000000:1F90'), all)).toEqual(['127.0.0.1 8080', '::1 8080']);
});

test('addresses of IPv6 are found, and those of IPv4 in them', () => {
  expect(at('', row('00000000000000000000000001000000:1F90'))).toEqual(['::1 8080']);
  expect(at('', row('0000000000000000FFFF00000100007F:1F90'))).toEqual(['127.0.0.1 8080']);
  expect(at('', row('000080FE00000000FF00FC02010000FE:1F90'))).toEqual([]);
});
