import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { chromium, expect } from '@playwright/test';
import { ensureBrowser } from '../../../src/cli/setup.ts';
import {
  BrowserError,
  type Environment,
  type FoundBrowser,
  findBrowser,
  hasBrowser,
  isHeaded,
  playwrightFolders,
  requireHeaded,
  requireUi,
  systemCandidates,
  which,
} from '../../../src/recorder/browser.ts';
import { launchBrowser } from '../../../src/recorder/session.ts';
import { withEnvironment } from '../double/proxies.ts';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';

/** A simulated machine in a temporary folder: nothing on the PATH, no browsers of Playwright, and no internet. */
interface Machine {
  folder: string;
  env: Environment;
  /** Puts a shell script onto the PATH; returns its path. */
  command(name: string, ...script: string[]): string;
  /** Puts an executable file at a path. */
  executable(file: string, ...script: string[]): string;
  /** The lines that set-up logged. */
  log: string[];
  ensure(as?: { isRoot: boolean }): Promise<FoundBrowser>;
}

const REAL_BROWSER: Lasting<string> = {
  open: async () => {
    const executablePath = findBrowser()?.path;
    const server = await chromium.launchServer(executablePath ? { executablePath } : {});
    const file = server.process().spawnfile;
    await server.close();
    return file;
  },
  close: () => {},
};

const test = base.extend<{ machine: Machine; realBrowser: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from a pattern.
  machine: async ({}, use) => {
    const machine = createMachine(mkdtempSync(path.join(tmpdir(), 'ttq-browser-')));
    const fixed = process.platform === 'win32' || findBrowser(machine.env);
    test.skip(!!fixed, 'needs a Unix without a browser outside the PATH');
    await use(machine);
    rmSync(machine.folder, { recursive: true });
  },
  /** The executable of the browser that the tests run with. */
  realBrowser: async ({ shared }, use) => use(await shared.get(REAL_BROWSER)),
});

function createMachine(folder: string): Machine {
  const bin = path.join(folder, 'bin');
  const env = {
    PATH: bin,
    HOME: folder,
    PLAYWRIGHT_BROWSERS_PATH: path.join(folder, 'browsers'),
    PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:1', // nobody listens: a download fails at once
  };
  const log: string[] = [];
  const executable = (file: string, ...script: string[]) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, ['#!/bin/sh', ...script, ''].join('\n'));
    chmodSync(file, 0o755);
    return file;
  };
  const command = (name: string, ...script: string[]) => executable(path.join(bin, name), ...script);
  // No script may widen this PATH: as root, the real package manager would then install on the real machine.
  mkdirSync(bin);
  for (const tool of ['sh', 'env', 'ln', 'touch', 'which'])
    symlinkSync(which(tool, process.env)!, path.join(bin, tool));
  // So that the tests need no root: this sudo runs the command as it is.
  command('sudo', 'while [ "$1" = -n ] || [ "$1" = -- ]; do shift; done', '"$@"');
  return {
    folder,
    env,
    command,
    executable,
    log,
    ensure: (as) => ensureBrowser((line) => log.push(line), env, as?.isRoot),
  };
}

/** Lays out a build of Playwright as `playwright install` does. */
function playwrightBuild({ env, executable }: Machine, kind: 'full' | 'shell'): string {
  const folders = playwrightFolders(env)!;
  const inside = kind === 'full' ? folders.fullExecutable : shellExecutable(env);
  const file = executable(path.join(folders[kind], inside));
  writeFileSync(path.join(folders[kind], 'INSTALLATION_COMPLETE'), '');
  return file;
}

function shellExecutable(env: Environment): string {
  const platform = path.dirname(playwrightFolders(env)!.fullExecutable).split(path.sep)[0]!;
  return path.join(platform.replace('chrome-', 'chrome-headless-shell-'), 'chrome-headless-shell');
}

/** A package manager that knows these packages: name of the package, and the browser that it puts onto the PATH. */
function packageManager({ command, folder }: Machine, tool: string, packages: Record<string, string>): void {
  command(
    tool,
    `echo "${tool} $*" >> ${folder}/installs`,
    '[ "$1" = update ] && exit 0',
    'for name in "$@"; do :; done',
    'case "$name" in',
    ...Object.entries(packages).map(([name, browser]) => `${name}) ln -s ${browser} ${folder}/bin/${name};;`),
    '*) echo "Reading package lists..."; echo "E: Unable to locate package $name" >&2; exit 100;;',
    'esac',
  );
}

function installs({ folder }: Machine): string[] {
  return readFileSync(path.join(folder, 'installs'), 'utf8').trim().split('\n');
}

test.describe('the choice', () => {
  test('is TTQ_BROWSER, then Playwright, then the system', ({ machine }) => {
    const named = machine.executable(path.join(machine.folder, 'my-browser'));
    const shell = playwrightBuild(machine, 'shell');
    const system = machine.command('chromium');

    machine.env.TTQ_BROWSER = named;
    expect(findBrowser(machine.env)).toEqual({ path: named, from: 'TTQ_BROWSER' });
    machine.env.TTQ_BROWSER = '';
    expect(findBrowser(machine.env)).toEqual({ path: shell, from: 'playwright' });
    rmSync(machine.env.PLAYWRIGHT_BROWSERS_PATH!, { recursive: true });
    expect(findBrowser(machine.env)).toEqual({ path: system, from: 'system' });
    rmSync(system);
    expect(findBrowser(machine.env)).toBeUndefined();
  });

  test('any kind of browser counts', ({ machine }) => {
    expect(hasBrowser(machine.env)).toBe(false);
    playwrightBuild(machine, 'full');
    expect(hasBrowser(machine.env)).toBe(true);
    rmSync(machine.env.PLAYWRIGHT_BROWSERS_PATH!, { recursive: true });
    machine.command('chromium');
    expect(hasBrowser(machine.env)).toBe(true);
    machine.env.TTQ_BROWSER = 'no-such-file';
    expect(() => hasBrowser(machine.env)).toThrow('TTQ_BROWSER is no-such-file, which does not exist');
  });

  test('of the system, prefers the headless shell, and takes chromium-browser last', ({ machine }) => {
    for (const name of ['chromium-browser', 'google-chrome', 'google-chrome-stable', 'chromium']) {
      const file = machine.command(name);
      expect(findBrowser(machine.env)?.path).toBe(file);
    }
    const shell = machine.command('chromium-headless-shell');
    expect(findBrowser(machine.env)?.path).toBe(shell);
    chmodSync(shell, 0o644);
    expect(findBrowser(machine.env)?.path).toBe(path.join(machine.env.PATH!, 'chromium'));
  });

  test("passes over Ubuntu's script that only asks to install a snap", ({ machine }) => {
    test.skip(existsSync('/snap/bin/chromium'), 'the snap is installed here');
    machine.command('chromium-browser', 'echo "Please install it with: snap install chromium" >&2', 'exit 1');
    expect(findBrowser(machine.env)).toBeUndefined();
  });

  test("names Playwright's full build if its headless shell is missing", ({ machine }) => {
    const full = playwrightBuild(machine, 'full');
    expect(findBrowser(machine.env)).toEqual({ path: full, from: 'playwright' });
    const shell = playwrightBuild(machine, 'shell');
    expect(findBrowser(machine.env)).toEqual({ path: shell, from: 'playwright' });
  });

  test('passes over an incomplete download', ({ machine }) => {
    playwrightBuild(machine, 'shell');
    rmSync(path.join(playwrightFolders(machine.env)!.shell, 'INSTALLATION_COMPLETE'));
    expect(findBrowser(machine.env)).toBeUndefined();
  });

  test('knows the usual places of macOS and Windows', () => {
    expect(systemCandidates({ HOME: '/Users/ada' }, 'darwin')).toEqual([
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Users/ada/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ]);
    expect(systemCandidates({ ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\ada' }, 'win32')).toEqual(
      [
        'C:\\Program Files\\Chromium\\Application\\chrome.exe',
        'C:\\ada\\Chromium\\Application\\chrome.exe',
        'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
        'C:\\ada\\Google\\Chrome\\Application\\chrome.exe',
      ],
    );
  });
});

test.describe('a wrong TTQ_BROWSER', () => {
  for (const [why, make] of [
    ['does not exist', () => {}],
    ['is not a file', (file: string) => mkdirSync(file)],
    ['is not executable', (file: string) => writeFileSync(file, '')],
  ] as const) {
    test(`that ${why} is an error, whatever else there is`, async ({ machine }) => {
      machine.command('chromium');
      const file = path.join(machine.folder, 'chrome');
      make(file);
      machine.env.TTQ_BROWSER = file;
      const error = await machine.ensure().catch((error) => error);
      expect(error).toBeInstanceOf(BrowserError);
      expect(error.message).toBe(
        `TTQ_BROWSER is ${file}, which ${why}.\n` +
          'It must be the executable file of a Chromium or Chrome, version 110 or newer.\n' +
          'Correct it, or unset it to use the browser of Playwright or of the system.',
      );
      expect(machine.log).toEqual([]);
    });
  }
});

test.describe('set-up', () => {
  test.skip(process.platform !== 'linux', 'installs as on Linux');

  test('installs nothing if a browser is found', async ({ machine }) => {
    const system = machine.command('google-chrome', 'exit 1');
    packageManager(machine, 'apt-get', {});
    expect(await machine.ensure()).toEqual({ path: system, from: 'system' });
    expect(machine.log).toEqual([]);
    expect(existsSync(path.join(machine.folder, 'installs'))).toBe(false);
    expect(existsSync(machine.env.PLAYWRIGHT_BROWSERS_PATH!)).toBe(false);
  });

  test("takes Playwright's download if it works", REST, async ({ machine, realBrowser }) => {
    packageManager(machine, 'apt-get', { chromium: realBrowser });
    await using _server = await serveDownload(machine, `exec ${realBrowser} "$@"`);
    const found = await machine.ensure();
    expect(found).toEqual({
      path: path.join(playwrightFolders(machine.env)!.shell, shellExecutable(machine.env)),
      from: 'playwright',
    });
    expect(existsSync(path.join(machine.folder, 'installs'))).toBe(false);
    expect(machine.log.every((line) => line.length < 200 && !/\bat .+:\d+:\d+/.test(line))).toBe(true);
    // A process that loads Playwright with this environment needs no path.
    expect(launchElsewhere({ ...process.env, ...machine.env, TTQ_BROWSER: '' })).toEqual({
      from: 'playwright',
    });
  });

  test('installs the libraries that the download lacks', REST, async ({ machine, realBrowser }) => {
    const library = path.join(machine.folder, 'libnss3.so');
    machine.command('apt-get', `echo "apt-get $*" >> ${machine.folder}/installs`, `touch ${library}`);
    await using _server = await serveDownload(
      machine,
      `[ -f ${library} ] && exec ${realBrowser} "$@"`,
      `${LIBRARY_ERROR}; exit 127`,
    );
    expect((await machine.ensure()).from).toBe('playwright');
    expect(installs(machine)).toEqual(['apt-get update', expect.stringContaining(' libnss3 ')]);
    expect(machine.log).toContain('Installing the system libraries that the browser needs');
  });

  test(
    'prefers a browser of the system to a download that does not start',
    REST,
    async ({ machine, realBrowser }) => {
      packageManager(machine, 'apt-get', { chromium: realBrowser });
      await using _server = await serveDownload(machine, `${LIBRARY_ERROR}; exit 127`);
      expect(await machine.ensure()).toEqual({
        path: path.join(machine.env.PATH!, 'chromium'),
        from: 'system',
      });
      expect(machine.log.join('\n')).toContain(
        "Playwright's download failed: the browser does not start: chrome: error while loading shared libraries: libnss3.so",
      );
      expect(existsSync(playwrightFolders(machine.env)!.shell)).toBe(false);
    },
  );

  test('takes the package if the download fails', REST, async ({ machine, realBrowser }) => {
    packageManager(machine, 'apt-get', { 'chromium-headless-shell': realBrowser, chromium: realBrowser });
    const file = path.join(machine.env.PATH!, 'chromium-headless-shell');
    expect(await machine.ensure()).toEqual({ path: file, from: 'system' });
    expect(installs(machine)).toEqual([
      'apt-get update -qq',
      'apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 chromium-headless-shell',
    ]);
    expect(machine.log.at(-1)).toBe(`Browser installed: ${file}`);
  });

  for (const tool of ['apt-get', 'dnf', 'apk']) {
    test(`falls back to the full browser of ${tool}`, REST, async ({ machine, realBrowser }) => {
      packageManager(machine, tool, { chromium: realBrowser });
      const file = path.join(machine.env.PATH!, 'chromium');
      expect(await machine.ensure()).toEqual({ path: file, from: 'system' });
    });
  }

  test('says what it tried and what to do if nothing works', REST, async ({ machine }) => {
    packageManager(machine, 'apt-get', {});
    const error = await machine.ensure().catch((error) => error);
    expect(error).toBeInstanceOf(BrowserError);
    expect(error.message).toBe(
      [
        'No browser was found, and none could be installed.',
        'Tried:',
        '  - TTQ_BROWSER: not set',
        "  - Playwright's download: Error: connect ECONNREFUSED 127.0.0.1:1",
        '  - apt-get install chromium-headless-shell: E: Unable to locate package chromium-headless-shell',
        '  - apt-get install chromium: E: Unable to locate package chromium',
        'Do one of these:',
        '  - set TTQ_BROWSER to the executable of a Chromium or Chrome, version 110 or newer',
        '  - run `npx playwright install --with-deps chromium`, with internet access and as a user who may install packages',
      ].join('\n'),
    );
  });

  test('says so if the package does not start', REST, async ({ machine }) => {
    packageManager(machine, 'apt-get', {
      chromium: machine.executable(
        path.join(machine.folder, 'broken'),
        'echo "Illegal instruction" >&2; exit 132',
      ),
    });
    await expect(machine.ensure()).rejects.toThrow(
      '  - apt-get install chromium: the browser does not start: Illegal instruction\n',
    );
  });

  test('says so if there is no package manager', REST, async ({ machine }) => {
    await expect(machine.ensure()).rejects.toThrow(
      '  - System packages: none of apt-get, dnf, apk is on the PATH\n',
    );
  });

  test('asks for no password', REST, async ({ machine, realBrowser }) => {
    packageManager(machine, 'apt-get', { chromium: realBrowser });
    machine.command('sudo', 'echo "sudo: a password is required" >&2', 'exit 1');
    await expect(machine.ensure({ isRoot: false })).rejects.toThrow(
      '  - apt-get install: not run, since it needs root or sudo without a password\n',
    );
    expect(existsSync(path.join(machine.folder, 'installs'))).toBe(false);
  });
});

const LIBRARY_ERROR =
  'echo "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2';

/** What findBrowser reports in another process, after the browser was started there. */
function launchElsewhere(env: NodeJS.ProcessEnv): unknown {
  const script = `
    import { chromium } from '@playwright/test';
    import { findBrowser } from './src/recorder/browser.ts';
    const found = findBrowser();
    const browser = await chromium.launch(found.path ? { executablePath: found.path } : {});
    await browser.close();
    console.log(JSON.stringify(found));`;
  const cwd = path.resolve(import.meta.dirname, '../../..');
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, env });
  return JSON.parse(output.toString());
}

/** Stands in for Playwright's download server: every archive holds this script as headless shell, and an ffmpeg. */
async function serveDownload(machine: Machine, ...script: string[]): Promise<AsyncDisposable> {
  const archive = zip({
    [shellExecutable(machine.env)]: ['#!/bin/sh', ...script, ''].join('\n'),
    'ffmpeg-linux': '#!/bin/sh\n',
  });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': archive.length }).end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  machine.env.PLAYWRIGHT_DOWNLOAD_HOST = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A ZIP archive of uncompressed files. */
function zip(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [file, text] of Object.entries(files)) {
    const name = Buffer.from(file);
    const content = Buffer.from(text);
    // Both kinds of header share these fields: version needed, flags, method, time, date, CRC, sizes, lengths of name and extra.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((0o100755 << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, content]);
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), shared, tail, name);
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, entries, end]);
}

/** What is reported if no window can be shown; undefined if one can. */
function headedTrouble(
  env: Environment,
  require: (env: Environment) => unknown = onLinux,
): string | undefined {
  try {
    require(env);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(BrowserError);
    return (error as Error).message;
  }
}

function onLinux(env: Environment): unknown {
  return requireHeaded(env, 'linux');
}

for (const [what, script, why, advice] of [
  [
    'lacks a library',
    ['echo "error while loading shared libraries: libnss3.so: cannot open" >&2', 'exit 127'],
    'error while loading shared libraries: libnss3.so: cannot open',
    'Install what it needs, as root: npx playwright install-deps chromium-headless-shell',
  ],
  [
    'ends without a word',
    ['exit 3'],
    'exitCode=3, signal=null',
    'Start it by hand to see why, or set TTQ_BROWSER to another Chromium.',
  ],
] as const) {
  test(`a browser that ${what} is reported in two lines, without its command line`, async ({ machine }) => {
    const file = machine.executable(path.join(machine.folder, 'broken'), ...script);
    const error = await withEnvironment({ TTQ_BROWSER: file }, () => launchBrowser()).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(BrowserError);
    expect(error!.message).toBe(`The browser ${file} does not start: ${why}.\n${advice}`);
  });
}

test("Playwright's UI needs its own browser for its window", ({ machine }) => {
  const env = { ...machine.env, DISPLAY: ':1', TTQ_BROWSER: machine.command('chromium') };
  const ui = (channels: string[] = []) => headedTrouble(env, () => requireUi(env, 'linux', channels));
  expect(ui()).toMatch(
    /^Playwright shows its UI in its own Chromium, .* none of them is there; TTQ_BROWSER /,
  );
  expect(ui()).toContain('`-- --ui-port=0`');
  expect(ui([machine.command('chrome')])).toBeUndefined();
  playwrightBuild(machine, 'full');
  expect(ui()).toBeUndefined();
  expect(headedTrouble(machine.env, () => requireUi(machine.env, 'linux', []))).toMatch(/needs a display/);
});

test('a window needs a display on systems that have displays', ({ machine: { env, command } }) => {
  const file = command('chromium');
  expect(headedTrouble(env)).toMatch(/^A browser with a window needs a display, and neither DISPLAY nor /);
  for (const display of [{ DISPLAY: ':1' }, { WAYLAND_DISPLAY: 'wayland-0' }])
    expect(requireHeaded({ ...env, ...display }, 'linux')).toEqual({ path: file, from: 'system' });
});

test('a headless shell shows no window: a full browser is taken, or asked for', ({ machine }) => {
  const env = { ...machine.env, DISPLAY: ':1' };
  expect(headedTrouble(env)).toMatch(/^No browser was found\.\nDo one of these:/);
  const shell = machine.command('chromium-headless-shell');
  expect(headedTrouble(env)).toContain(`A headless shell was found (${shell}), which shows no window`);
  const system = machine.command('chromium');
  expect(requireHeaded(env, 'linux')).toEqual({ path: system, from: 'system' });
  playwrightBuild(machine, 'shell');
  expect(requireHeaded(env, 'linux')).toEqual({ path: system, from: 'system' });
  const full = playwrightBuild(machine, 'full');
  expect(requireHeaded(env, 'linux')).toEqual({ path: full, from: 'playwright' });
  expect(headedTrouble({ ...env, TTQ_BROWSER: shell })).toMatch(
    /^TTQ_BROWSER is .*, a headless shell, which shows no window/,
  );
  expect(requireHeaded({ ...env, TTQ_BROWSER: system }, 'linux')).toEqual({
    path: system,
    from: 'TTQ_BROWSER',
  });
});

test('--headed and the Inspector ask for a window', () => {
  expect([{}, { TTQ_HEADED: '0' }, { PWDEBUG: '' }].map(isHeaded)).toEqual([false, false, false]);
  expect([{ TTQ_HEADED: '1' }, { PWDEBUG: '1' }].map(isHeaded)).toEqual([true, true]);
});
