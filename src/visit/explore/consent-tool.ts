import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from '@playwright/test';
import { bundle } from '../../double/bundle.ts';
import { bounded } from '../../recorder/bounded.ts';
import type { Step } from '../../target/target.ts';
import { frameSelector } from './find.ts';

/** An answer to a consent tool. */
export type Answer = 'grant' | 'deny';

/** What a script that knows consent tools did on a page. Only the page can show its effect. */
export interface Rehearsal {
  /** The name of the tool; undefined if it is not known. */
  tool?: string;
  /** The clicks, as a visitor would make them. */
  steps: Step[];
  /** The label of the last element clicked. */
  name: string;
}

/**
 * Milliseconds for a tool to be recognised on a loaded page, for its banner to appear, and for its answer to be clicked, all
 * together.
 */
const RECOGNISED = 1_500;
const SHOWN = 2_500;
const ANSWERED = 8_000;

/** Clearer names for some of autoconsent's. */
const NAMES: Record<string, string | undefined> = {
  Cybotcookiebot: 'Cookiebot',
  Onetrust: 'OneTrust',
  cookieconsent2: 'vanilla-cookieconsent',
  cookieconsent3: 'vanilla-cookieconsent',
  'tarteaucitron deny': 'tarteaucitron.js',
  // It looks at the page, which has the markup of Osano's tool whether or not Complianz has put it there.
  'Complianz categories': 'Osano Cookie Consent',
  'Complianz notice': 'Osano Cookie Consent',
  'Complianz opt-out': 'Osano Cookie Consent',
  'Complianz optin': 'Osano Cookie Consent',
};

/** Tools that autoconsent does not know, and what they put into a page. Their buttons are answered by what is written on them. */
const SIGNS: Record<string, string> = {
  c15t: '[data-testid="consent-banner-root"]',
  Orejime: '.orejime-Banner, .orejime-Modal',
  'react-cookie-consent': '.CookieConsent',
  'Cookies EU banner': '#cookies-eu-banner',
  'Cookie Though': '.cookie-though',
  'Porsche Cookie Consent Banner': 'cookie-consent-banner',
  'PIE Cookie Banner': 'pie-cookie-banner',
};

/** Messages of autoconsent, and of our own script. */
interface Message {
  type: string;
  cmp?: string;
  selector?: string;
  name?: string;
}

/**
 * Makes autoconsent look for a consent tool on an open page, and answer it.
 *
 * @param answer without one, the tool is named and left alone
 */
export async function rehearse(page: Page, answer?: Answer): Promise<Rehearsal> {
  const done: Rehearsal = { steps: [], name: '' };
  const recognised = Promise.withResolvers<void>();
  const shown = Promise.withResolvers<true>();
  const answered = Promise.withResolvers<void>();
  const clicks: Promise<void>[] = [];
  const take = async (frame: Frame, { type, cmp = '', selector = '', name = '' }: Message) => {
    if (type === 'init') await frame.evaluate(settingsOf(answer));
    else if (type === 'cmpDetected') {
      done.tool ??= NAMES[cmp] ?? cmp;
      recognised.resolve();
    } else if (type === 'popupFound') shown.resolve(true);
    else if (type === 'optInResult' || type === 'optOutResult') answered.resolve();
    else if (type === 'clicked') {
      done.name = name;
      // Reserves the position of each step, whichever frame is identified first.
      const place = done.steps.push({ click: selector }) - 1;
      clicks.push(
        frameSelector(frame).then((within) => {
          if (within !== undefined) done.steps[place] = { click: selector, frame: within };
        }),
      );
    }
  };
  await page.exposeBinding('autoconsentSendMessage', ({ frame }, message: Message) =>
    take(frame, message).catch(() => undefined),
  );
  const into = (frame: Frame) =>
    frame
      .evaluate(`${bundle(new URL('../page/consent-clicks', import.meta.url))};${script()}`)
      .catch(() => undefined);
  page.on('framenavigated', into);
  try {
    await Promise.all(page.frames().map(into));
    await bounded(recognised.promise, RECOGNISED, undefined);
    const bySign = done.tool === undefined ? await toolBySign(page) : undefined;
    if (bySign !== undefined) done.tool = bySign;
    if (done.tool === undefined || bySign !== undefined || answer === undefined) return done;
    if (await bounded(shown.promise, SHOWN, false)) await bounded(answered.promise, ANSWERED, undefined);
    await Promise.all(clicks);
    return done;
  } finally {
    page.off('framenavigated', into);
  }
}

async function toolBySign(page: Page): Promise<string | undefined> {
  for (const [name, sign] of Object.entries(SIGNS)) if ((await page.locator(sign).count()) > 0) return name;
  return undefined;
}

let text: string | undefined;

/**
 * Autoconsent as one script. It is made for Playwright but not exported by the package, so its version is fixed in package.json.
 */
function script(): string {
  text ??= readFileSync(inPackage('dist/autoconsent.playwright.js'), 'utf8');
  return text;
}

const settings = new Map<Answer | undefined, string>();

/** The answer to its first question: its mode, and its rules. Rules that only hide a banner, or were generated, are left out. */
function settingsOf(answer: Answer | undefined): string {
  const known = settings.get(answer);
  if (known !== undefined) return known;
  const { autoconsent } = JSON.parse(readFileSync(inPackage('rules/rules.json'), 'utf8')) as {
    autoconsent: { name: string; cosmetic?: boolean }[];
  };
  const message = {
    type: 'initResp',
    config: {
      enabled: true,
      isMainWorld: true,
      autoAction: answer === undefined ? null : answer === 'grant' ? 'optIn' : 'optOut',
      enablePrehide: false,
      enableCosmeticRules: false,
      enableGeneratedRules: false,
      heuristicMode: 'off',
      detectRetries: 20,
    },
    rules: {
      autoconsent: autoconsent.filter(({ name, cosmetic }) => !cosmetic && !name.startsWith('auto_')),
    },
  };
  const made = `void window.autoconsentReceiveMessage(${JSON.stringify(message)})`;
  settings.set(answer, made);
  return made;
}

function inPackage(path: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve('@duckduckgo/autoconsent'))), '..', path);
}
