import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const CSP = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob: file: 'self'",
  "style-src 'unsafe-inline' data:",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  'connect-src data: blob:',
  'frame-src data: blob:',
  'worker-src data: blob:',
].join('; ');

const APP = /src="data:text\/javascript;base64,([^"]+)"/;
/** One file of the report, as the page holds it: `d("widgets/tree.json","eyJ…")`. */
const FILE = /d\("([^"]+\.json)","([^"]*)"\),?/g;
const FIRST_FILE = 'Promise.allSettled([';

/** The script of the previous report: it is the same in each, and megabytes long. */
let before = { program: '', name: '' };

/**
 * Allure's page as it is published, with its script moved to a shared file, as a classic script, which opens from disk, and with its
 * data compressed. Also removes Google Analytics, which Allure's page loads with no option against it: a report on tracking must not
 * track its reader.
 *
 * @param folder of the report and of the shared script
 */
export async function publishedPage(page: string, folder: string): Promise<string> {
  const app = APP.exec(page);
  const program = app?.[1];
  if (program === undefined || !page.includes('<head>') || !page.includes(FIRST_FILE))
    throw new Error("Allure's page has an unknown format: use the version that package.json names");
  if (program !== before.program) {
    const digest = createHash('sha256').update(program, 'base64').digest('hex');
    before = { program, name: `app-${digest.slice(0, 12)}.js` };
  }
  const { name } = before;
  const file = join(folder, name);
  if (!existsSync(file)) await writeFile(file, program, 'base64');
  // The rest is searched several times, and the script is nearly all of the page.
  const rest = `${page.slice(0, app!.index)}src="${name}"${page.slice(app!.index + app![0].length)}`;
  return packed(rest).replace(
    '<head>',
    () => `<head><meta http-equiv="Content-Security-Policy" content="${CSP}">`,
  );
}

/** The page with its JSON in one compressed text. Pictures stay as they are. */
function packed(page: string): string {
  const files: Record<string, string> = {};
  const rest = page.replace(FILE, (_, name: string, text: string) => {
    files[name] = Buffer.from(text, 'base64').toString('utf8');
    return '';
  });
  const text = gzipSync(JSON.stringify(files), { level: 9 }).toString('base64');
  return rest.replace(FIRST_FILE, () => `${UNPACK}${FIRST_FILE}unpack("${text}"),`);
}

/** Runs in the page. Its program waits for the data, and reads each of them as a text in Base64. */
const UNPACK = `
      async function unpack(text) {
        const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
        const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
        const files = await new Response(plain).json();
        for (const [name, content] of Object.entries(files)) {
          let binary = '';
          for (const byte of new TextEncoder().encode(content)) binary += String.fromCharCode(byte);
          d(name, btoa(binary));
        }
      }
      `;
