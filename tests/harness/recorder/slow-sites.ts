import { baseCode } from '../../../src/drift/base-code.ts';
import type { ConsentSteps, ScenarioName, Step } from '../../../src/target/target.ts';
import { document } from '../capture/site.ts';
import { PIXEL } from '../double/support.ts';

/** A correct site on which something is late, during or after the visitor's last action. */
export interface SlowSite {
  name: string;
  pages: Record<string, string>;
  /** Milliseconds by path. */
  delays?: Record<string, number>;
  /** TikTok's script that comes late. */
  script?: keyof typeof SCRIPTS;
  scenario?: ScenarioName;
  steps?: Step[];
  consent?: ConsentSteps;
  /** How many page views should reach TikTok. */
  views?: number;
}

/** TikTok's scripts, by a part of their paths. */
export const SCRIPTS = { events: '/events.js', main: '/static/main', identify: '/static/identify' };

/** Milliseconds that a late script of TikTok's takes. */
export const SDK_DELAY = 700;

const LOAD = `ttq.load('${PIXEL}');`;
const CODE = baseCode(`${LOAD} ttq.page();`);
const plain = (code: string) => code.replace(/<\/?script>/g, '');

/** A script that inserts another one into the page, as a tag manager does. */
function inserting(code: string): string {
  const text = JSON.stringify(plain(code)).replaceAll('<', '\\u003c');
  return `document.head.append(Object.assign(document.createElement('script'), { text: ${text} }));`;
}

const consent = { grant: [{ click: '#yes' }] };

/** A page whose banner runs a script when the visitor agrees. */
function banner(onGrant: string, head = ''): string {
  return document(
    `${head}<script>function agree() { ${onGrant} }</script>`,
    '<button id="yes" onclick="agree()">Accept</button>',
  );
}

const TOOL = banner(inserting(CODE));
const SLOW_TOOL = `document.head.append(Object.assign(document.createElement('script'), { src: '/tool.js' }));`;
const KEPT = '/granted/.test(document.cookie)';

export const SLOW_SITES: SlowSite[] = [
  {
    name: 'the pixel is loaded at once, and page() called a second later',
    pages: { '/': document(baseCode(`${LOAD} setTimeout(() => ttq.page(), 1_000);`)) },
  },
  ...(['events', 'main', 'identify'] as const).map(
    (script): SlowSite => ({
      name: `a grant brings the pixel, ${script} is slow`,
      pages: { '/': TOOL },
      consent,
      script,
    }),
  ),
  {
    name: 'the script of the consent tool is slow, and stubs ttq before',
    pages: {
      '/': banner(SLOW_TOOL, '<script>window.ttq = []; ttq.page = () => {}; ttq.page();</script>'),
      '/tool.js': inserting(CODE),
    },
    delays: { '/tool.js': 2_600 },
    consent,
  },
  {
    name: 'the grant loads the pixel, and the page view comes with a later script',
    pages: {
      '/': banner(`${inserting(baseCode(LOAD))} ${SLOW_TOOL}`),
      '/tool.js': 'ttq.page();',
    },
    delays: { '/tool.js': 900 },
    consent,
    script: 'main',
  },
  {
    name: 'the grant reloads the page a moment later',
    pages: {
      '/': banner(
        "document.cookie = 'consent=granted'; setTimeout(() => location.reload(), 300);",
        `<script>if (${KEPT}) { ${inserting(CODE)} }</script>`,
      ),
    },
    consent,
    script: 'events',
  },
  {
    name: 'consent is held, and the grant on the last page releases it',
    pages: {
      '/': document(baseCode(`ttq.holdConsent(); ${LOAD} ttq.page();`), '<a href="/next">Next</a>'),
      '/next': banner('ttq.grantConsent();', baseCode(`ttq.holdConsent(); ${LOAD} ttq.page();`)),
    },
    scenario: 'consent-late',
    steps: [{ click: 'a' }],
    consent,
    script: 'main',
    views: 2,
  },
  {
    name: 'the grant is given in a frame, and the pixel comes to the page around it',
    pages: {
      '/': document(
        `<script>addEventListener('message', () => { ${inserting(CODE)} });</script>`,
        '<iframe src="/banner"></iframe>',
      ),
      '/banner': banner("parent.postMessage('granted', '*');"),
    },
    consent: { grant: [{ click: 'iframe >> internal:control=enter-frame >> #yes' }] },
    script: 'main',
  },
  {
    name: 'the pixel comes to the frame in which the grant is given',
    pages: { '/': document('', '<iframe src="/banner"></iframe>'), '/banner': TOOL },
    consent: { grant: [{ click: 'iframe >> internal:control=enter-frame >> #yes' }] },
    script: 'main',
  },
  {
    name: 'the last click opens another page, and the pixel is on its way on both',
    pages: {
      '/': document(
        '',
        `<button onclick="window.open('/next'); ${inserting(CODE).replaceAll('"', '&quot;')}">Open</button>`,
      ),
      '/next': document(CODE),
    },
    steps: [{ click: 'button' }],
    script: 'main',
    views: 2,
  },
  {
    name: 'the last click goes to another route, which brings the pixel',
    pages: {
      '/': document(
        `<script>function go() { history.pushState({}, '', '/route'); ${inserting(CODE)} }</script>`,
        '<button onclick="go()">Go</button>',
      ),
    },
    steps: [{ click: 'button' }],
    script: 'events',
  },
  {
    name: 'a link leads on while the pixel of the page before is on its way',
    pages: {
      '/': document(baseCode(LOAD), '<a href="/next">Next</a>'),
      '/next': document(baseCode(`${LOAD} ttq.track('Contact');`)),
    },
    steps: [{ click: 'a' }],
    script: 'main',
    views: 0,
  },
];
