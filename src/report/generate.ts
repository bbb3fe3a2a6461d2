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
 * @throws Error with what Allure said
 */
export async function generateReport(reports: string, name: string): Promise<string> {
  const { allure, allureResults, allureHistory } = reportFiles(reports);
  await rm(allure, { recursive: true, force: true });
  takeHistory(reports);
  const config = fileURLToPath(new URL(`./allurerc${extname(import.meta.url)}`, import.meta.url));
  await runAllure(['generate', allureResults, '-c', config, '-o', allure, '--name', name], {
    TTQ_ALLURE_HISTORY: allureHistory,
  });
  const page = join(allure, 'index.html');
  await keepOffline(page);
  return page;
}

/** The package's main file is its command line; run with this Node, whatever the PATH would choose. */
async function runAllure(args: string[], more: Record<string, string>): Promise<void> {
  const command = createRequire(import.meta.url).resolve('allure');
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
