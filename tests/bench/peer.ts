import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { baseCode } from '../../src/drift/base-code.ts';
import { requireBrowser } from '../../src/recorder/browser.ts';
import { median, pairedRatio } from './statistics.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The nearest open tool: it opens a page and reports its trackers, TikTok's events among them. */
const PEER = '@themarkup/blacklight-collector@3';
const PIXEL = 'C0123456789ABCDEFGHI';
const WARM_UPS = 1;

/** Seconds used by a process and its children. */
interface Cost {
  wall: number;
  cpu: number;
}

/**
 * One page examined by the package, from its start to the decision, and by its nearest peer: each as a whole process of an
 * installed package, alternating, with the same browser. Allure is not installed, as it is a separate report. The peer's browser
 * resolves only this host, so that nothing is sent to TikTok; its requests fail at once, whereas ours loads and runs an SDK.
 *
 * @param rounds runs of each
 */
export async function measurePeer(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ttq-peer-'));
  const page = `<!doctype html><title>Shop</title>${baseCode(`ttq.load('${PIXEL}'); ttq.page();`)}<h1>Shop</h1>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    await install(folder);
    await writeFile(join(folder, 'target.json'), JSON.stringify(targetOf(port)));
    await writeFile(join(folder, 'peer.cjs'), peerProgram(port));
    const results: { ours: Cost; theirs: Cost }[] = [];
    for (let number = -WARM_UPS; number < rounds; number += 1) {
      const ours = () =>
        timed(folder, [join(folder, 'node_modules/.bin/ttq-conformance'), 'audit', 'target.json']);
      const theirs = () => timed(folder, [process.execPath, 'peer.cjs']);
      // The order alternates, because each warms caches for the other.
      const round =
        number % 2 === 0
          ? { ours: await ours(), theirs: await theirs() }
          : { theirs: await theirs(), ours: await ours() };
      if (number >= 0) results.push(round);
    }
    print(results);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Both as users would install them. Nothing of either is kept. */
async function install(folder: string): Promise<void> {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: repository });
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'))!;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packages = [join(folder, tarball), '@playwright/test', PEER];
  await run('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' },
    maxBuffer: 1e8,
  });
}

function targetOf(port: number): object {
  return {
    name: 'page',
    baseURL: `http://127.0.0.1:${port}`,
    pixels: [PIXEL],
    scenarios: ['organic'],
    journeys: [{ name: 'page', start: '/' }],
  };
}

function peerProgram(port: number): string {
  const options = {
    numPages: 0,
    headless: true,
    captureHar: false,
    saveScreenshots: false,
    outDir: 'peer-report',
    puppeteerExecutablePath: requireBrowser().path ?? null,
    extraChromiumArgs: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  };
  return `require('@themarkup/blacklight-collector').collect('http://127.0.0.1:${port}/', ${JSON.stringify(options)})
    .then(({ status, page_response: why }) => { if (status !== 'success') throw new Error(why); process.exit(0); });`;
}

/** A shell's measurement of a program, which includes children that the program has waited for. */
async function timed(folder: string, command: string[]): Promise<Cost> {
  // Held is a decision, too; after anything else nothing was measured.
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" > out.log 2>&1 || [ $? -eq 1 ]';
  const { stderr } = await run('bash', ['-c', script, 'bash', ...command], { cwd: folder });
  const [wall, user, system] = stderr.trim().split(' ').map(Number) as [number, number, number];
  return { wall, cpu: user + system };
}

function print(results: { ours: Cost; theirs: Cost }[]): void {
  console.log(`One page, whole process, ${results.length} runs each in turns, seconds (median)`);
  for (const [name, key] of [
    ['wall', 'wall'],
    ['CPU', 'cpu'],
  ] as const) {
    const [ours, theirs] = [results.map((one) => one.ours[key]), results.map((one) => one.theirs[key])];
    const { estimate, low, high } = pairedRatio(results.map((one) => [one.ours[key], one.theirs[key]]));
    const ratio = `ours/peer ${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(
      `  ${name.padEnd(5)} ours ${median(ours).toFixed(2)}, peer ${median(theirs).toFixed(2)}, ${ratio}`,
    );
  }
}
