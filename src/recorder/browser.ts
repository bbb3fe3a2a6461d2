import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A browser to launch headless. */
export interface FoundBrowser {
  /** Its executable; undefined if a plain `chromium.launch()` finds Playwright's own. */
  path: string | undefined;
  from: 'TTQ_BROWSER' | 'playwright' | 'system';
}

/** No usable browser. The message is complete: print it without a stack. */
export class BrowserError extends Error {
  override name = 'BrowserError';
}

/**
 * What to print about a browser that does not start.
 *
 * @param message Playwright's, with the command line and the browser's own output
 */
export function whyNotStarted(path: string, message: string): string {
  const lines = stripVTControlCharacters(message).split('\n');
  const said = lines.flatMap((line) => /^\[pid=\d+\]\[err\] (.*\S)/.exec(line)?.[1] ?? []);
  const end = /<process did exit: (.*)>/.exec(message)?.[1];
  const lacks = /missing dependencies|shared librar/.test(message);
  const why = said[0] ?? (lacks ? 'the system lacks libraries that it needs' : end);
  const advice = lacks
    ? 'Install what it needs, as root: npx playwright install-deps chromium-headless-shell'
    : 'Start it by hand to see why, or set TTQ_BROWSER to another Chromium.';
  return `The browser ${path} does not start: ${(why ?? lines[0]!).slice(0, LONGEST)}.\n${advice}`;
}

/** Characters of what a browser says. */
const LONGEST = 300;

/** The environment variables read, as in `process.env`. */
export type Environment = Record<string, string | undefined>;

/**
 * The browser to use: the one in TTQ_BROWSER, Playwright's own, or the system's, in this order. Undefined if there is none. Looks only at
 * files and starts nothing, because every worker calls it.
 *
 * @throws BrowserError if TTQ_BROWSER is not an executable file: an explicit choice is never ignored.
 */
export function findBrowser(env: Environment = process.env): FoundBrowser | undefined {
  return namedBrowser(env) ?? playwrightBrowser(env) ?? systemBrowser(env);
}

/**
 * Whether there is a browser of any kind, trying cheap checks first.
 *
 * @throws BrowserError if TTQ_BROWSER is not an executable file
 */
export function hasBrowser(env: Environment = process.env): boolean {
  return (namedBrowser(env) ?? systemBrowser(env) ?? playwrightBrowser(env)) !== undefined;
}

/**
 * As findBrowser, for a run that installs nothing.
 *
 * @throws BrowserError if there is none
 */
export function requireBrowser(env: Environment = process.env): FoundBrowser {
  const found = findBrowser(env);
  if (found) return found;
  throw new BrowserError(['No browser was found.', ...NO_BROWSER].join('\n'));
}

/** Whether the browser shows a window: `--headed`, or Playwright's Inspector beside it. */
export function isHeaded(env: Environment = process.env): boolean {
  return [env.TTQ_HEADED, env.PWDEBUG].some((value = '') => !['', '0', 'false'].includes(value));
}

/**
 * As requireBrowser, for a browser that shows a window.
 *
 * @throws BrowserError if there is no display, or no browser but headless shells
 */
export function requireHeaded(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): FoundBrowser {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) throw new BrowserError(NO_DISPLAY);
  const named = namedBrowser(env);
  const found = named ?? fullPlaywrightBrowser(env) ?? systemBrowser(env, isFull);
  if (found?.path !== undefined && isFull(found.path)) return found;
  throw new BrowserError(named ? shellNamed(named.path!) : noFullBrowser(env));
}

/**
 * As requireHeaded, for Playwright's UI, whose window is not in the visits' browser.
 *
 * @throws BrowserError if Playwright finds no browser for its UI
 */
export function requireUi(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  channels: readonly string[] = CHANNELS,
): void {
  requireHeaded(env, platform);
  if (platform !== 'linux' || fullPlaywrightBrowser(env) || channels.some(isExecutable)) return;
  throw new BrowserError(NO_UI);
}

/** Where Playwright looks for Chrome and Edge. */
const CHANNELS = ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge'];

const NO_UI =
  "Playwright shows its UI in its own Chromium, in Chrome or in Edge, and none of them is there; TTQ_BROWSER and the system's Chromium are for the visits.\n" +
  'Run `npx playwright install chromium`, or open the UI in any browser: `-- --ui-port=0` prints where it is served.';

const NO_DISPLAY =
  'A browser with a window needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set.\n' +
  'Run on a desktop, or within `xvfb-run -a`; or leave out --headed, --debug and --ui.';

function shellNamed(file: string): string {
  return (
    `TTQ_BROWSER is ${file}, a headless shell, which shows no window.\n` +
    'Set it to the executable of a full Chromium or Chrome, or leave out --headed and --debug.'
  );
}

function noFullBrowser(env: Environment): string {
  const shell = findBrowser(env);
  return [
    shell
      ? `A headless shell was found${shell.path === undefined ? '' : ` (${shell.path})`}, which shows no window, and no full browser.`
      : 'No browser was found.',
    ...NO_BROWSER,
  ].join('\n');
}

function isFull(file: string): boolean {
  return !/headless[-_]shell/.test(path.basename(file));
}

/** What to do if there is no browser. */
export const NO_BROWSER = [
  'Do one of these:',
  '  - set TTQ_BROWSER to the executable of a Chromium or Chrome, version 110 or newer',
  '  - run `npx playwright install --with-deps chromium`, with internet access and as a user who may install packages',
];

function namedBrowser(env: Environment): FoundBrowser | undefined {
  const named = env.TTQ_BROWSER;
  if (!named) return undefined;
  const file = path.resolve(named);
  if (isExecutable(file)) return { path: file, from: 'TTQ_BROWSER' };
  throw new BrowserError(
    `TTQ_BROWSER is ${named}, which ${whyNotExecutable(file)}.\n` +
      'It must be the executable file of a Chromium or Chrome, version 110 or newer.\n' +
      'Correct it, or unset it to use the browser of Playwright or of the system.',
  );
}

function whyNotExecutable(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return 'does not exist';
  return stats.isFile() ? 'is not executable' : 'is not a file';
}

function playwrightBrowser(env: Environment): FoundBrowser | undefined {
  const folders = playwrightFolders(env);
  if (!folders) return undefined;
  const shell = shellIn(folders.shell);
  if (shell) return { path: folders.own ? undefined : shell, from: 'playwright' };
  // A plain headless launch requires the headless shell and fails without it, so the full build must be named.
  return fullPlaywrightBrowser(env);
}

function fullPlaywrightBrowser(env: Environment): FoundBrowser | undefined {
  const folders = playwrightFolders(env);
  if (!folders) return undefined;
  const full = path.join(folders.full, folders.fullExecutable);
  return isComplete(folders.full) && isExecutable(full) ? { path: full, from: 'playwright' } : undefined;
}

/** Where Playwright keeps, or would keep, its builds of Chromium. */
export interface PlaywrightFolders {
  /** Folder of the headless shell. */
  shell: string;
  /** Folder of the full build. */
  full: string;
  /** Executable of the full build, below `full`. */
  fullExecutable: string;
  /** Whether Playwright, as loaded in this process, launches from here. */
  own: boolean;
}

/**
 * The folders of Playwright's builds; undefined on a platform it has none for.
 *
 * Playwright's public API knows only the path of the full build, such as
 * `~/.cache/ms-playwright/chromium-1255/chrome-linux64/chrome`; the headless shell of the same revision is beside it in
 * `chromium_headless_shell-1255`.
 */
export function playwrightFolders(env: Environment = process.env): PlaywrightFolders | undefined {
  const parts = fullBuild().split(path.sep);
  const at = parts.findLastIndex((part) => /^chromium(_\w+)?-\d+$/.test(part));
  if (at < 0) return undefined;
  const ownRoot = parts.slice(0, at).join(path.sep);
  const root = browsersPath(env) ?? ownRoot;
  return {
    shell: path.join(root, parts[at]!.replace(/^chromium/, 'chromium_headless_shell')),
    full: path.join(root, parts[at]!),
    fullExecutable: path.join(...parts.slice(at + 1)),
    own: root === ownRoot,
  };
}

function fullBuild(): string {
  try {
    // It takes half a second to load, and is not needed if another browser will do.
    const { chromium } = createRequire(import.meta.url)(
      '@playwright/test',
    ) as typeof import('@playwright/test');
    return chromium.executablePath();
  } catch {
    return ''; // Playwright throws on a platform it has no build for.
  }
}

/** Playwright reads the variable once, when it is loaded; `env` may say otherwise. "0" is inside its package: the same for both. */
function browsersPath(env: Environment): string | undefined {
  const wanted = env.PLAYWRIGHT_BROWSERS_PATH;
  return wanted && wanted !== '0' ? path.resolve(env.INIT_CWD ?? '', wanted) : undefined;
}

/** The name of the folder in between differs by platform and has changed before, so it is searched for. */
function shellIn(folder: string): string | undefined {
  if (!isComplete(folder)) return undefined;
  return readdirSync(folder)
    .filter((entry) => entry.startsWith('chrome-'))
    .flatMap((entry) => SHELL_FILES.map((file) => path.join(folder, entry, file)))
    .find(isExecutable);
}

const SHELL_FILES = ['chrome-headless-shell', 'chrome-headless-shell.exe', 'headless_shell'];

/** Playwright writes this file last: without it, unpacking was interrupted. */
function isComplete(folder: string): boolean {
  return existsSync(path.join(folder, 'INSTALLATION_COMPLETE'));
}

function systemBrowser(
  env: Environment,
  isMeant: (file: string) => boolean = () => true,
): FoundBrowser | undefined {
  const file = systemCandidates(env).find(
    (candidate) => isMeant(candidate) && isExecutable(candidate) && !isSnapStub(candidate),
  );
  return file ? { path: file, from: 'system' } : undefined;
}

/**
 * Files that may be a browser of the system, best first: for each page, the headless shell takes half the time of the full
 * browser.
 */
export function systemCandidates(env: Environment, platform: NodeJS.Platform = process.platform): string[] {
  if (platform === 'darwin') return [...onPath(NAMES, env), ...macApplications(env)];
  if (platform === 'win32') return windowsPrograms(env);
  const [shell, ...others] = NAMES;
  return [...onPath([shell!], env), ...FEDORA_SHELLS, ...onPath(others, env)];
}

/** `chromium-browser` comes last, because on Ubuntu it only launches the snap. */
const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'chromium-browser',
];

/** Fedora's package chromium-headless puts nothing on the PATH. */
const FEDORA_SHELLS = [
  '/usr/lib64/chromium-browser/headless_shell',
  '/usr/lib/chromium-browser/headless_shell',
];

function macApplications(env: Environment): string[] {
  const folders = ['/Applications', ...(env.HOME ? [path.posix.join(env.HOME, 'Applications')] : [])];
  return ['Chromium', 'Google Chrome'].flatMap((name) =>
    folders.map((folder) => path.posix.join(folder, `${name}.app/Contents/MacOS/${name}`)),
  );
}

function windowsPrograms(env: Environment): string[] {
  const folders = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter((folder) => !!folder);
  return ['Chromium', 'Google\\Chrome'].flatMap((name) =>
    folders.map((folder) => path.win32.join(folder!, name, 'Application', 'chrome.exe')),
  );
}

/** The executable of a command name, or undefined. */
export function which(name: string, env: Environment): string | undefined {
  return onPath([name], env).find(isExecutable);
}

function onPath(names: string[], env: Environment): string[] {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** Ubuntu ships a small shell script that, without the snap, only says how to install it. */
function isSnapStub(file: string): boolean {
  if (statSync(file).size > 8192 || existsSync('/snap/bin/chromium')) return false;
  return readFileSync(file, 'utf8').includes('snap install');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
