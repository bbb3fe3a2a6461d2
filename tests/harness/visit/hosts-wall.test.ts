import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Authority } from '../../../src/double/authority.ts';
import { startHostsWall } from '../../../src/visit/hosts-wall.ts';
import { test } from '../test.ts';
import { hasNamespaces } from './namespaces.ts';

test("behind the wall TikTok's names are this machine's, the command is the same", async () => {
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
  // A container may not make a namespace.
  expect(wall !== undefined).toBe(hasNamespaces());
  if (wall === undefined) return;
  const command = `getent ahostsv4 business-api.tiktok.com regional.example; echo "it's $0"; id -u; exit 3`;
  const behind = wall.command(`(${command}); echo ended with $?`);
  const printed = execFileSync('sh', ['-c', behind], { encoding: 'utf8' });
  expect(printed).toMatch(/^127\.\d+\.\d+\.\d+ +STREAM business-api\.tiktok\.com/);
  expect(printed).toContain(`it's sh\n${process.getuid?.()}\nended with 3\n`);
  expect(execFileSync('cat', ['/etc/hosts'], { encoding: 'utf8' })).not.toContain('business-api.tiktok.com');
  await wall.close();
  rmSync(folder, { recursive: true });
});
