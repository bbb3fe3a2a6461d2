import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Authority } from '../../../src/double/authority.ts';
import { requireWall, startHostsWall } from '../../../src/visit/hosts-wall.ts';
import { test } from '../test.ts';

const server = { command: 'serve', url: 'http://127.0.0.1:1/' };

test('what the audit does not start is refused in a strict one', async () => {
  await expect(requireWall([{ name: 'own', server }, { name: 'elsewhere' }])).rejects.toThrow(
    '--strict-network: found elsewhere, whose server the audit does not start; wanted targets with "server"',
  );
});

test("behind the wall TikTok's names are this machine's, the command is the same, and a strict audit starts", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-wall-test-'));
  const authority = await Authority.make();
  const handle = () => ({
    kind: 'answer' as const,
    delay: 0,
    status: 200,
    headers: {},
    body: '',
    findings: [],
  });
  const wall = await startHostsWall({ folder, hosts: ['regional.example'], authority, handle });
  if (wall === undefined) {
    // A container may not make a namespace: there a strict audit does not start.
    await expect(requireWall([{ name: 'own', server }])).rejects.toThrow('--strict-network: found no way to');
    return;
  }
  const command = `getent ahostsv4 business-api.tiktok.com regional.example; echo "it's $0"; id -u; exit 3`;
  const behind = wall.command(`(${command}); echo ended with $?`);
  const printed = execFileSync('sh', ['-c', behind], { encoding: 'utf8' });
  expect(printed).toMatch(/^127\.\d+\.\d+\.\d+ +STREAM business-api\.tiktok\.com/);
  expect(printed).toContain(`it's sh\n${process.getuid?.()}\nended with 3\n`);
  expect(execFileSync('cat', ['/etc/hosts'], { encoding: 'utf8' })).not.toContain('business-api.tiktok.com');
  await requireWall([{ name: 'own', server }]);
  await wall.close();
  rmSync(folder, { recursive: true });
});
