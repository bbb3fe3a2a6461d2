import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFiles } from './files.ts';
import { takeHistory } from './run-folder.ts';

/**
 * Makes the Allure report of the results in the reports folder: one HTML file that opens from disk.
 *
 * @param name shown at its top
 * @returns path of the report
 * @throws NoAllureError; Error with what Allure said
 */
export async function generateReport(reports: string, name: string): Promise<string> {
  const command = allureCommand();
  const { allure, allureResults, allureHistory } = reportFiles(reports);
  await rm(allure, { recursive: true, force: true });
  takeHistory(reports);
  const config = fileURLToPath(new URL(`./allurerc${extname(import.meta.url)}`, import.meta.url));
  await runAllure(command, ['generate', allureResults, '-c', config, '-o', allure, '--name', name], {
    TTQ_ALLURE_HISTORY: allureHistory,
  });
  const page = join(allure, 'index.html');
  await keepOffline(page);
  return page;
}

/** Allure, which makes the report of the results, is not installed: who does not want the report does not need it. */
export class NoAllureError extends Error {
  override name = 'NoAllureError';
}

/** The package's main file is its command line. Looked for where this package stands, and where the command was given. */
function allureCommand(): string {
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(place).resolve('allure');
    } catch {}
  }
  throw new NoAllureError(
    'the package allure is not installed. To have one: npm install --save-dev allure. Its results are in allure-results.',
  );
}

/** With this Node, whatever the PATH would choose. */
async function runAllure(command: string, args: string[], more: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...more },
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code !== 0) throw new Error(Buffer.concat(said).toString('utf8').trim() || `allure ended with ${code}`);
}

const CSP = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob:",
  "style-src 'unsafe-inline' data:",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  'connect-src data: blob:',
  'frame-src data: blob:',
  'worker-src data: blob:',
].join('; ');

/** Allure's page loads Google Analytics, with no option against it: a report on tracking must not track its reader. */
async function keepOffline(page: string): Promise<void> {
  const html = await readFile(page, 'utf8');
  const policy = `<head><meta http-equiv="Content-Security-Policy" content="${CSP}">`;
  if (!html.includes('<head>')) throw new Error(`${page} has no <head>, so it cannot be kept offline`);
  await writeFile(
    page,
    html.replace('<head>', () => policy),
  );
}
