import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { chromium } from '@playwright/test';
import {
  BrowserError,
  type Environment,
  type FoundBrowser,
  findBrowser,
  NO_BROWSER,
  playwrightFolders,
  which,
} from '../recorder/browser.ts';

/**
 * The browser to use; installs one if there is none: Playwright's download first, then the system's package manager if this
 * process is root or may become root without a password. Never prompts.
 *
 * @param log receives short lines about progress; not called if a browser is found
 * @param env the whole environment, also for the installers; `process.env` by default
 * @param isRoot whether this process may install packages as it is
 * @throws BrowserError if TTQ_BROWSER is wrong, or nothing could be installed; the message says what was tried and what to do
 */
export async function ensureBrowser(
  log: (line: string) => void,
  env: Environment = process.env,
  isRoot = process.getuid?.() === 0,
): Promise<FoundBrowser> {
  const found = findBrowser(env);
  if (found) return found;
  const setup: Setup = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, isRoot, log, failures: [] };
  const installed = (await download(setup)) ?? (await installPackage(setup));
  if (!installed) throw new BrowserError(explain(setup.failures));
  log(`Browser installed: ${installed.path ?? "Playwright's headless shell"}`);
  return installed;
}

interface Setup {
  env: Environment;
  isRoot: boolean;
  log: (line: string) => void;
  failures: Failure[];
}

interface Failure {
  what: string;
  why: string;
}

function fail(setup: Setup, what: string, why: string): void {
  setup.failures.push({ what, why });
  setup.log(`${what} failed: ${why}`);
}

function explain(failures: Failure[]): string {
  return [
    'No browser was found, and none could be installed.',
    'Tried:',
    '  - TTQ_BROWSER: not set',
    ...failures.map(({ what, why }) => `  - ${what}: ${why}`),
    ...NO_BROWSER,
  ].join('\n');
}

const DOWNLOAD = "Playwright's download";

async function download(setup: Setup): Promise<FoundBrowser | undefined> {
  setup.log("No browser found: downloading Playwright's headless shell");
  const run = await playwright(setup, 'install', '--only-shell', '--no-progress', 'chromium');
  // Only the browser matters: the command also fails if just the ffmpeg for videos is missing.
  const found = findBrowser(setup.env);
  if (!found) {
    fail(setup, DOWNLOAD, run.ok ? 'it ended without an error but left no browser' : run.reason);
    return undefined;
  }
  const trouble = await startWithLibraries(setup, found);
  if (!trouble) return found;
  fail(setup, DOWNLOAD, `the browser does not start: ${trouble}`);
  // Left in place, it would be found before any browser of the system.
  await rm(playwrightFolders(setup.env)!.shell, { recursive: true, force: true });
  return undefined;
}

/** Starts the browser, installing missing system libraries if allowed. Returns why it does not start, or undefined. */
async function startWithLibraries(setup: Setup, browser: FoundBrowser): Promise<string | undefined> {
  const trouble = await startTrouble(browser);
  const lacksLibraries = trouble && MISSING_LIBRARY.test(trouble);
  if (!lacksLibraries || !which('apt-get', setup.env) || !(await rootPrefix(setup))) return trouble;
  setup.log('Installing the system libraries that the browser needs');
  const run = await playwright(setup, 'install-deps', 'chromium-headless-shell');
  if (!run.ok) fail(setup, 'playwright install-deps', run.reason);
  return startTrouble(browser);
}

const MISSING_LIBRARY = /error while loading shared libraries|missing dependencies/i;

interface PackageManager {
  tool: string;
  refresh?: string[];
  install: string[];
  /** Alternatives, best first. */
  packages: string[];
}

const PACKAGE_MANAGERS: PackageManager[] = [
  {
    tool: 'apt-get',
    refresh: ['update', '-qq'],
    install: ['install', '-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'],
    packages: ['chromium-headless-shell', 'chromium'],
  },
  { tool: 'dnf', install: ['install', '-q', '-y'], packages: ['chromium-headless', 'chromium'] },
  { tool: 'apk', install: ['add', '--no-cache'], packages: ['chromium'] },
];

async function installPackage(setup: Setup): Promise<FoundBrowser | undefined> {
  if (process.platform !== 'linux') return undefined;
  const manager = PACKAGE_MANAGERS.find(({ tool }) => which(tool, setup.env));
  if (!manager) {
    const tools = PACKAGE_MANAGERS.map(({ tool }) => tool).join(', ');
    fail(setup, 'System packages', `none of ${tools} is on the PATH`);
    return undefined;
  }
  const prefix = await rootPrefix(setup);
  if (!prefix) {
    fail(setup, `${manager.tool} install`, 'not run, since it needs root or sudo without a password');
    return undefined;
  }
  return installAny(setup, manager, [...prefix, which(manager.tool, setup.env)!]);
}

/** Installs the first available package. `command` is the package manager, after sudo if needed. */
async function installAny(
  setup: Setup,
  manager: PackageManager,
  command: string[],
): Promise<FoundBrowser | undefined> {
  if (manager.refresh) {
    const run = await execute(setup, [...command, ...manager.refresh]);
    // Not fatal: the existing package lists may do.
    if (!run.ok) fail(setup, `${manager.tool} ${manager.refresh[0]}`, run.reason);
  }
  for (const name of manager.packages) {
    const what = `${manager.tool} ${manager.install[0]} ${name}`;
    setup.log(`Running ${what}`);
    const run = await execute(setup, [...command, ...manager.install, name]);
    const found = findBrowser(setup.env);
    if (found) {
      const trouble = await startTrouble(found);
      if (!trouble) return found;
      fail(setup, what, `the browser does not start: ${trouble}`);
      return undefined; // Another package would not help: this browser would still be found first.
    }
    fail(setup, what, run.ok ? 'it ended without an error but left no browser' : run.reason);
  }
  return undefined;
}

/** The prefix for a command to run as root: empty, or sudo. Undefined if not allowed. */
async function rootPrefix(setup: Setup): Promise<string[] | undefined> {
  if (setup.isRoot) return [];
  const sudo = which('sudo', setup.env);
  if (!sudo || !(await execute({ ...setup, log: () => {} }, [sudo, '-n', 'true'])).ok) return undefined;
  // sudo drops the environment.
  return [sudo, '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'];
}

/** Why the browser does not start headless, in one line; undefined if it does. */
async function startTrouble({ path: executablePath }: FoundBrowser): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({
      headless: true,
      timeout: 60_000,
      ...(executablePath && { executablePath }),
    });
    await browser.close();
    return undefined;
  } catch (error) {
    return launchReason((error as Error).message);
  }
}

/**
 * The most telling line of Playwright's launch error: the missing library, the browser's last words, or its first line.
 */
function launchReason(message: string): string {
  const lines = message.split('\n').map((line) => stripVTControlCharacters(line).replace(/[║╔╗╚╝═]/g, ''));
  const words = lines.filter((line) => line.includes('[err]'));
  const line = lines.find((line) => MISSING_LIBRARY.test(line)) ?? words.at(-1) ?? lines[0]!;
  return short(line.replace(/^.*?\[err\]|^browserType\.launch:|^\s*-/, ''));
}

/** Runs the installed Playwright's command line with this Node, whatever npx or the PATH would choose. */
function playwright(setup: Setup, ...args: string[]): Promise<Run> {
  const runner = createRequire(import.meta.url).resolve('@playwright/test/package.json');
  const manifest = createRequire(runner).resolve('playwright/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { playwright: string } };
  return execute(setup, [process.execPath, path.join(path.dirname(manifest), bin.playwright), ...args]);
}

interface Run {
  ok: boolean;
  /** Why it failed, in one line. */
  reason: string;
}

/** Runs a command to its end without input; its output goes to the log. Never rejects. */
function execute({ env, log }: Setup, [command, ...args]: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(command!, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = { out: [] as string[], err: [] as string[] };
    const collect = (into: string[]) => (raw: string) => {
      const line = short(raw);
      if (isNoise(line) || lines.out.includes(line) || lines.err.includes(line)) return;
      into.push(line);
      log(`  ${line}`);
    };
    createInterface(child.stdout).on('line', collect(lines.out));
    createInterface(child.stderr).on('line', collect(lines.err));
    child.on('error', (error) => resolve({ ok: false, reason: error.message }));
    child.on('close', (code, signal) =>
      resolve({ ok: code === 0, reason: lastReason(lines) ?? `it ended with ${signal ?? `code ${code}`}` }),
    );
  });
}

/** The last error on stderr, where causes are printed, or on stdout, where Playwright sums up; otherwise the last line. */
function lastReason({ out, err }: { out: string[]; err: string[] }): string | undefined {
  const isError = (line: string) => /^(E|err|error|fatal)\b.*:/i.test(line);
  return err.findLast(isError) ?? out.findLast(isError) ?? err.at(-1) ?? out.at(-1);
}

function short(line: string): string {
  const plain = stripVTControlCharacters(line).trim();
  return plain.length > 160 ? `${plain.slice(0, 159)}…` : plain;
}

/** Stack frames and the fields of printed error objects. */
function isNoise(line: string): boolean {
  return (
    line === '' ||
    /^(\(Reading database|at .+:\d+|[{}]|(errno|code|syscall|hostname|address|port): )/.test(line)
  );
}
