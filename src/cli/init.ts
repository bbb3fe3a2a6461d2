import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { COULD_NOT_RUN, HELD, RELEASED } from '../report/exit-code.ts';
import { shortenWords } from '../report/text.ts';
import { OptionError } from '../target/sdk.ts';
import { pixelIdProblem } from '../tiktok/pixel-id.ts';
import { blindSpot } from '../views/blind.ts';
import { sentEvents } from '../views/events.ts';
import { pixelsSeen } from '../views/pixel-ids.ts';
import { type Explored, explore } from '../visit/explore/explore.ts';
import { inSession } from './in-session.ts';
import { type Found, IDENTITY, specText, targetText } from './init-files.ts';
import { pageAddress, startOf, targetOfPage } from './page-address.ts';
import { ensureBrowser } from './setup.ts';
import { testFolder } from './test-folder.ts';

export interface InitOptions {
  /** Write a Playwright spec instead of a target file. */
  playwright?: boolean;
  /** Where to write it; by default a spec among the tests of the suite, a target in the current folder. */
  output?: string;
}

/**
 * Explores a shop and writes what it found as a target file or a spec. Nothing is ordered, and nothing reaches TikTok.
 *
 * @returns the exit code: RELEASED; HELD if something was not found, which is listed; COULD_NOT_RUN if the page cannot be opened
 * @throws OptionError if it is not an address, or the file exists; BrowserError
 */
export async function init(address: string, { playwright = false, output }: InitOptions): Promise<number> {
  const url = pageAddress(address);
  const name = url.hostname.replace(/^\[|\]$/g, '').replaceAll(':', '-');
  const file = output ?? (playwright ? join(testFolder(), `${name}.spec.ts`) : `${name}.target.json`);
  if (extname(file) !== (playwright ? '.ts' : '.json'))
    throw new OptionError(
      `--output: found ${JSON.stringify(file)}; wanted a name that ends in ${playwright ? '.spec.ts' : '.json'}.`,
    );
  refuseOverwriting(file);
  await ensureBrowser((line) => console.error(line));
  const { explored, ways } = await inSession(async (session, logs) => {
    const place = { session, start: url.href, logs };
    const target = { ...targetOfPage(url), identity: IDENTITY };
    const first = await explore({ ...place, target });
    const { ways } = blindSpot(first.evidence, 'messages') ?? {};
    // What was sent there is seen once these are named.
    return { explored: ways ? await explore({ ...place, target: { ...target, ...ways } }) : first, ways };
  });
  if (explored.problem) {
    console.error(`${url.href} cannot be opened: ${shortenWords(explored.problem.message)}`);
    return COULD_NOT_RUN;
  }
  const found = { ...foundBy(explored, url, name), ...ways };
  mkdirSync(dirname(file), { recursive: true });
  // A file that was created in the meantime is kept.
  writeFileSync(file, (playwright ? specText : targetText)(found, resolve(file)), { flag: 'wx' });
  const missing = [...(found.pixels.length === 0 ? [NO_PIXEL] : []), ...explored.missing];
  console.log(report(found, missing, relative('', file)));
  const next = playwright ? `npx playwright test ${file}` : `npx ttq-conformance audit ${file}`;
  console.log(
    missing.length === 0 ? `\nRun it: ${next}` : `\nFill in what was not found, then run it: ${next}`,
  );
  if (explored.hasOrder)
    console.log('Its last step places an order: run it against a site that accepts test orders.');
  return missing.length === 0 ? RELEASED : HELD;
}

const NO_PIXEL =
  'a pixel: no page loaded one, so the file has a made-up id; if the site has one, enter it, and how its consent banner is answered';

/** @throws OptionError */
function refuseOverwriting(file: string): void {
  if (existsSync(file))
    throw new OptionError(
      `${relative('', file) || file} already exists and is not overwritten. Name another file with --output, or move it away.`,
    );
}

function foundBy({ evidence, steps, consent, hasOrder }: Explored, url: URL, name: string): Found {
  const pixels = [...pixelsSeen(evidence)].filter((id) => pixelIdProblem(id) === undefined).sort();
  const events = [...new Set(sentEvents(evidence).map(({ event }) => event))].filter(
    (event) => event !== 'Pageview',
  );
  const { tool, grant, deny } = consent;
  return {
    name,
    baseURL: url.origin,
    start: startOf(url),
    pixels,
    events,
    steps,
    ...(tool === undefined ? {} : { tool }),
    consent: { ...(grant && { grant: grant.steps }), ...(deny && { deny: deny.steps }) },
    hasOrder,
  };
}

function report(
  { pixels, events, tool, consent, steps, hasOrder, pixelHosts = [], pixelPaths = [] }: Found,
  missing: string[],
  file: string,
): string {
  const answers = Object.keys(consent).sort().reverse().join(' and ');
  const asks = tool === undefined ? 'a banner' : `the banner of ${tool}`;
  const ways = [...pixelHosts, ...pixelPaths];
  return [
    `Pixel     ${pixels.join(', ') || 'none was seen'}`,
    ...(ways.length > 0
      ? [`Ways      of the site's own to TikTok: ${ways.join(', ')}; the file names them`]
      : []),
    `Events    ${events.join(', ') || 'none besides page views'}`,
    `Consent   ${answers ? `${asks}; the file has ${answers}` : tool === undefined ? 'no banner that could be answered' : `${asks}, which could not be answered`}`,
    `Journey   ${steps.length} steps${hasOrder ? '; the last one places the order and was not run' : ''}`,
    `Written   ${file}`,
    ...(missing.length > 0 ? ['', 'Not found:', ...missing.map((one) => `  ${one}`)] : []),
  ].join('\n');
}
