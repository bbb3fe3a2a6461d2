import { expect } from '@playwright/test';
import type { Target } from '../../../src/target/target.ts';
import { requireIsolation } from '../../../src/visit/strict-network.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';
import { hasNamespaces } from './namespaces.ts';

const server = { command: 'serve', url: 'http://127.0.0.1:1/' };
const target = (fields: Partial<Target>) =>
  cleanTarget((one) => Object.assign(one, { name: 'own', network: 'hermetic', server }, fields));

for (const [what, fields, found] of [
  ['that the audit does not start', { server: undefined }, 'whose server the audit does not start'],
  ['whose network is open', { network: 'open' }, 'whose network is open; wanted "network": "hermetic"'],
  [
    'of containers',
    {
      eventsApi: {
        ...target({}).eventsApi,
        transport: 'proxy',
        listen: { address: '172.17.0.1', port: 4181, password: 'of this stage' },
      },
    },
    'whose eventsApi.listen is for containers',
  ],
  [
    'at another address',
    { server: { ...server, url: 'http://192.0.2.7:3000/' } },
    'whose server.url is not a loopback address; wanted one',
  ],
] satisfies [string, Partial<Record<keyof Target, unknown>>, string][])
  test(`a server ${what} is refused in a strict audit`, async () => {
    const other = target(fields as Partial<Target>);
    await expect(requireIsolation([target({}), other])).rejects.toThrow(
      `--strict-network: found own, ${found}`,
    );
  });

test('a strict audit starts where a server can be isolated, and nowhere else', async () => {
  if (hasNamespaces()) await requireIsolation([target({})]);
  else
    await expect(requireIsolation([target({})])).rejects.toThrow(
      '--strict-network: found no way to make a network namespace (unshare -mn: ',
    );
});
