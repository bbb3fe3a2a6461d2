import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { filesIn } from './pages.ts';
import { addShop, endTyped, makeClone, makeProject, openShop, packed, type Ran, typed } from './places.ts';
import { openSuiteShop } from './suite-shop.ts';
import { INSTALL, type Line, WALKTHROUGHS, type Walkthrough } from './walkthroughs.ts';

/** What the pages show is typed as their reader would: in a clone, or in a project into which the package is installed. */

/** The folder into which the package was packed and installed, once for all. */
let installed: string;

test.beforeAll(async () => {
  // Installing asks a registry.
  test.setTimeout(300_000);
  installed = await packed();
  await follow(INSTALL, installed);
});

// Only for a machine that is busy with other tests: alone, each takes less than a minute.
test.describe.configure({ timeout: 300_000 });

test.afterEach(endTyped);

test.afterAll(() => rmSync(installed, { recursive: true, force: true }));

for (const walkthrough of WALKTHROUGHS)
  test(`as the pages say: ${walkthrough.name}`, REST, async () => {
    const place = await open(walkthrough);
    const shop = walkthrough.lines.some(({ line }) => line.includes(SHOP)) ? await openShop() : undefined;
    try {
      for (const line of walkthrough.lines)
        await test.step(line.line, () => follow(line, place.folder, shop?.url));
    } finally {
      shop?.close();
      place.close();
    }
  });

test('as the pages say: the tests of docs/playwright.md', REST, async () => {
  const files = filesIn('docs/playwright.md');
  const [, pixel] = /pixels: \['(\w+)'\]/.exec(files.get('playwright.config.ts')!)!;
  const [, email] = /email: '(.+?)'/.exec(files.get('playwright.config.ts')!)!;
  const shop = await openSuiteShop(pixel!, email!);
  const folder = makeProject(installed);
  const browser = JSON.stringify(findBrowser()?.path);
  try {
    for (const [file, text] of files)
      writeFileSync(
        join(folder, file),
        text
          .replace('https://staging.shop.example', shop.url)
          .replace('  use: {', `  use: {\n    launchOptions: { executablePath: ${browser} },`),
      );
    const { code, output } = await typed('npx playwright test', folder);
    expect(code, output).toBe(0);
    const specs = [...files.keys()].filter((file) => file.endsWith('.spec.ts'));
    expect(output).toContain(`${specs.length} passed`);
  } finally {
    shop.close();
    rmSync(folder, { recursive: true });
  }
});

/** The shop that the pages speak of. */
const SHOP = 'https://www.shop.example/';

async function open({ place }: Walkthrough): Promise<{ folder: string; close: () => void }> {
  if (place === 'installed') return { folder: installed, close: () => {} };
  const folder = place === 'clone' ? makeClone() : makeProject(installed);
  addShop(folder);
  return { folder, close: () => rmSync(folder, { recursive: true }) };
}

async function follow(line: Line, folder: string, url = SHOP): Promise<void> {
  line.before?.(folder);
  const { code, output } = await ran(line, folder, url);
  if (!line.serves) expect(code, `${line.line}\n${output}`).toBe(line.ends ?? 0);
  if (line.says) expect(output).toMatch(line.says);
  for (const file of line.writes ?? []) expect(existsSync(join(folder, file)), file).toBe(true);
  line.after?.(folder);
}

function ran({ line, within = '.', env, serves, says }: Line, folder: string, url: string): Promise<Ran> {
  return typed(line.replace(SHOP, url), join(folder, within), env, serves ? says : undefined);
}
