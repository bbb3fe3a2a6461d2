import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { reportFiles } from '../../../src/report/files.ts';
import { root } from './pages.ts';
import { addSuite } from './places.ts';

/** What a reader types, in the order of the pages, and what each line does. */
export interface Walkthrough {
  name: string;
  /** A clone; a project with the package installed; the folder that it was installed into for all of these. */
  place: 'clone' | 'project' | 'installed';
  lines: readonly Line[];
}

export interface Line {
  /** As the page shows it. */
  line: string;
  /** Exit code; 0 without it. */
  ends?: number;
  /** Whether it runs until it is ended: here, when it has said what it should. */
  serves?: boolean;
  says?: RegExp;
  /** Files and folders that are there afterwards, relative to the folder. */
  writes?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** The folder of the place that it is typed in. */
  within?: string;
  /** What the page assumes: files that its reader has, or has collected. */
  before?: (folder: string) => void;
  after?: (folder: string) => void;
}

/** Without the package allure, which is optional. */
const REPORTS = Object.entries(reportFiles('reports')).flatMap(([name, file]) =>
  name === 'allure' || name === 'allureHistory' ? [] : [file],
);

/** Where the reports of shards are collected under their names. */
const keptAs = (name: string) => (folder: string) => {
  rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(join(folder, name, '..'), { recursive: true });
  renameSync(join(folder, 'reports'), join(folder, name));
};

const copied = (from: string, to: string) => (folder: string) => cpSync(join(root, from), join(folder, to));

/** @returns what checks that files of the repository are as they were: all that are generated are committed */
const unchanged =
  (...files: string[]) =>
  (folder: string) => {
    for (const file of files)
      expect(readFileSync(join(folder, file), 'utf8'), file).toBe(readFileSync(join(root, file), 'utf8'));
  };
const GENERATED = [
  'docs/rules.md',
  'docs/scenarios.md',
  'docs/events-api-fields.md',
  'src/target/target.schema.json',
];

const HARNESS = 'npx playwright test -c tests/harness/playwright.config.ts';
const audit = (rest: string) => `npx ttq-conformance audit ${rest}`;
const REFUSED_WINDOW = /display|headless shell/;

const shards = (line: string, count: number, env: (index: number) => Record<string, string>, kept: string) =>
  Array.from({ length: count }, (_, at) => ({
    line,
    env: env(at),
    after: keptAs(`${kept}${at + 1}`),
  }));

/** Typed before all others. */
export const INSTALL: Line = {
  line: 'npm install --save-dev ./ttq-conformance-0.2.0.tgz @playwright/test',
  writes: ['node_modules/.bin/ttq-conformance', 'node_modules/.bin/playwright'],
};

export const WALKTHROUGHS: readonly Walkthrough[] = [
  {
    name: 'the demo shop is audited',
    place: 'clone',
    lines: [
      { line: 'npm run setup' },
      { line: 'npm run audit', says: /^Released/m, writes: ['reports/scorecard.html', 'reports/allure'] },
      {
        line: `jq -r '.causes[] | "\\(.rule): \\(.message) (\\(.targets | length) targets)"' reports/verdicts.json`,
      },
    ],
  },
  {
    name: "a site is audited by Playwright's own command",
    place: 'clone',
    lines: [
      { line: 'TTQ_TARGET=path/to/target.json npx playwright test', says: /^Released/m },
      // It runs nothing but what TTQ_TARGET names, here the demo shop; a part of it decides nothing.
      {
        line: 'npx playwright test',
        ends: 2,
        env: { TTQ_SCENARIO: 'organic' },
        says: /no release decision/i,
      },
    ],
  },
  {
    name: 'what is generated is generated again, and a rule is begun',
    place: 'clone',
    lines: [
      { line: 'npm run docs', says: /^docs\/rules\.md$/m, after: unchanged(...GENERATED) },
      { line: 'node docs/generate.ts', after: unchanged(...GENERATED) },
      { line: 'npm run new-rule topic/name', writes: ['src/rules/topic/name.ts'] },
    ],
  },
  {
    name: 'one file of tests is run',
    place: 'clone',
    lines: [{ line: `${HARNESS} harness/rules/event-id`, says: /passed/ }],
  },
  {
    name: 'the wording of the rules is renewed',
    place: 'clone',
    lines: [
      {
        line: `${HARNESS} harness/rules/ --grep 'every message' --update-snapshots=all --workers=1`,
        says: /passed/,
        after: unchanged('tests/harness/rules/wording.json'),
      },
    ],
  },
  {
    name: 'the package is not published without an address',
    place: 'clone',
    lines: [
      {
        line: 'npm publish',
        ends: 2,
        says: /found no repository, no homepage, no bugs/,
        // Where nobody listens, in case it is not refused.
        env: { npm_config_registry: 'http://127.0.0.1:9' },
      },
      {
        line: 'npm pkg set repository.type=git repository.url=git+https://host.example/team/ttq-conformance.git',
      },
      {
        line: 'npm pkg set homepage=https://host.example/team/ttq-conformance bugs.url=https://host.example/team/ttq-conformance/issues',
        after: (folder) =>
          expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
            repository: { url: 'git+https://host.example/team/ttq-conformance.git' },
            homepage: 'https://host.example/team/ttq-conformance',
            bugs: { url: 'https://host.example/team/ttq-conformance/issues' },
          }),
      },
    ],
  },
  {
    name: 'the demo shop runs by itself',
    place: 'clone',
    lines: [
      {
        line: 'node server.ts',
        within: 'fixtures/shop',
        serves: true,
        says: /http:\/\/127\.0\.0\.1:\d+/,
        env: { PORT: '0' },
      },
    ],
  },
  {
    name: 'a page is looked at',
    place: 'project',
    lines: [
      { line: 'npx ttq-conformance setup' },
      { line: 'npx ttq-conformance check https://www.shop.example/', says: /CDEMO000000000000001/ },
    ],
  },
  {
    name: 'a target file is written, and audited',
    place: 'project',
    lines: [
      {
        line: 'npx ttq-conformance init https://www.shop.example/',
        writes: ['127.0.0.1.target.json'],
        after: (folder) =>
          renameSync(join(folder, '127.0.0.1.target.json'), join(folder, 'www.shop.example.target.json')),
      },
      { line: audit('www.shop.example.target.json'), says: /visits/, writes: REPORTS },
    ],
  },
  {
    name: 'a spec is written',
    place: 'project',
    lines: [
      {
        line: 'npx ttq-conformance init https://www.shop.example/ --playwright',
        says: /\.spec\.ts/,
      },
    ],
  },
  {
    name: 'a suite is run in shards',
    place: 'project',
    lines: [
      {
        line: 'npx playwright test --shard=1/2 --reporter=blob',
        before: addSuite,
        // Each shard has a machine of its own.
        after: (folder) => renameSync(join(folder, 'blob-report'), join(folder, 'first')),
      },
      {
        line: 'npx playwright test --shard=2/2 --reporter=blob',
        after: (folder) => cpSync(join(folder, 'first'), join(folder, 'blob-report'), { recursive: true }),
      },
      {
        line: 'npx playwright merge-reports --reporter=ttq-conformance/reporter blob-report',
        says: /2 visits[\s\S]*^Released/m,
        writes: ['ttq-report/verdicts.json'],
      },
    ],
  },
  {
    name: 'a release is gated, and the audit judged again',
    place: 'project',
    lines: [
      { line: audit('shop.json'), says: /^Released/m, writes: ['reports/summary.md'] },
      { line: 'npx ttq-conformance judge reports/evidence --target shop.json', says: /^Released/m },
      {
        line: 'npx ttq-conformance baseline',
        writes: ['ttq-baseline.json'],
        after: (folder) =>
          cpSync(join(folder, 'reports'), join(folder, 'last-week/reports'), { recursive: true }),
      },
      { line: audit('shop.json --baseline ttq-baseline.json'), says: /^Released/m },
      { line: 'npx ttq-conformance diff ttq-baseline.json reports' },
      { line: 'npx ttq-conformance diff last-week/reports reports' },
    ],
  },
  {
    name: 'one visit is looked at',
    place: 'project',
    lines: [
      {
        line: audit("shop.json --grep 'under ad-click' --workers 1 --verbose"),
        ends: 2,
        says: /no release decision/i,
      },
      {
        line: audit('shop.json --journey purchase --scenario organic'),
        ends: 2,
        says: /no release decision/i,
      },
      // Where there is no display, each says so.
      {
        line: audit('shop.json --journey purchase --scenario organic --headed'),
        ends: 2,
        says: REFUSED_WINDOW,
      },
      { line: audit('shop.json --scenario organic --debug'), ends: 2, says: REFUSED_WINDOW },
      { line: audit('shop.json --ui'), ends: 2, says: REFUSED_WINDOW },
    ],
  },
  {
    name: 'visits are repeated',
    place: 'project',
    lines: [{ line: audit('shop.json --repeat 3'), says: /^Released/m }],
  },
  {
    name: 'a portfolio is audited',
    place: 'project',
    lines: [
      { line: audit('targets'), says: /^Released/m },
      { line: audit('shop-a.json shop-b.json'), says: /^Released/m },
      { line: audit("'targets/**/shop-*.json'"), says: /^Released/m },
    ],
  },
  {
    name: 'a portfolio is audited in shards',
    place: 'project',
    lines: [
      { line: 'openssl rand -hex 32', says: /^[\da-f]{64}$/m },
      { line: audit('targets -- --shard=1/4'), after: keptAs('shard-1') },
      {
        line: 'npx ttq-conformance merge shard-1 shard-2 shard-3 shard-4',
        // The others are not made: what is missing holds the release.
        before: (folder) => {
          for (const name of ['shard-2', 'shard-3', 'shard-4']) mkdirSync(join(folder, name));
        },
        ends: 1,
        says: /shard/,
        after: (folder) => cpSync(join(folder, 'reports/visit-times.json'), join(folder, 'visit-times.json')),
      },
      { line: audit('targets --times visit-times.json -- --shard=1/4') },
    ],
  },
  {
    name: 'a CI audits in shards',
    place: 'project',
    lines: [
      ...shards(
        `${audit('tracking/targets -- --shard=$((CIRCLE_NODE_INDEX + 1))/$CIRCLE_NODE_TOTAL')} || [ $? -eq 1 ]`,
        2,
        (index) => ({ CIRCLE_NODE_INDEX: `${index}`, CIRCLE_NODE_TOTAL: '2' }),
        'shards/shard-',
      ),
      {
        line: 'npx ttq-conformance merge shards/shard-*',
        says: /^Released/m,
        writes: ['reports/junit.xml'],
      },
      { line: audit('tracking/targets'), says: /^Released/m },
    ],
  },
  {
    name: 'what was recorded elsewhere is judged',
    place: 'project',
    lines: [
      {
        line: 'npx ttq-conformance judge visit.har --target shop.json',
        before: (folder) => {
          copied('fixtures/har/none.organic.har', 'visit.har')(folder);
          copied('fixtures/targets/demo-shop.json', 'shop.json')(folder);
        },
        says: /^Released/m,
      },
      {
        line: 'npx ttq-conformance judge sent.ndjson --target shop.json',
        before: (folder) =>
          writeFileSync(
            join(folder, 'sent.ndjson'),
            `${JSON.stringify({ event_source: 'web', event_source_id: 'CDEMO000000000000001', data: [] })}\n`,
          ),
        ends: 1,
        says: /^Held/m,
      },
    ],
  },
  {
    name: 'the Events API has a stand-in',
    place: 'project',
    lines: [
      {
        line: 'npx ttq-conformance events-api --port 4180 --log calls.ndjson --fault http-502:1',
        serves: true,
        says: /http:\/\/127\.0\.0\.1:4180/,
      },
      {
        line: 'node --import ttq-conformance/events-api/preload server.js',
        before: (folder) =>
          writeFileSync(
            join(folder, 'server.js'),
            `fetch('https://business-api.tiktok.com/open_api/v1.3/event/track/', { method: 'POST', body: '{}' })
               .then(({ status }) => console.log('answered', status));`,
          ),
        says: /^answered 200$/m,
      },
    ],
  },
  {
    name: 'two SDKs are compared',
    place: 'project',
    lines: [
      {
        line: 'npx ttq-conformance sdk diff 2026-05 2026-09 --only page --json drift.json',
        ends: 1,
        says: /^left 2026-05 \(pixel\.js [\d.]+\), right 2026-09/m,
        writes: ['drift.json'],
      },
    ],
  },
  {
    name: 'Allure is installed beside it, and makes its report',
    place: 'installed',
    lines: [
      { line: 'npm install --save-dev allure', writes: ['node_modules/.bin/allure'] },
      { line: 'npm install --save-dev ./ttq-conformance-0.2.0.tgz @playwright/test allure' },
    ],
  },
];

/** What the tests cannot run, why, and the test that stands in for it, by its file and a text in it. */
export const ELSEWHERE: readonly { line: RegExp; why: string; by: string; holding: string }[] = [
  {
    line: /^docker run/,
    why: 'needs Docker; the same variables and files are given to real clients without it',
    by: 'tests/harness/double/events-api/containers.test.ts',
    holding: "block('sh')",
  },
  {
    line: /^podman (build|run)/,
    why: 'needs Podman and a registry of images; the Containerfile is parsed, and its shell lines run',
    by: 'tests/harness/ci/ci-files.test.ts',
    holding: 'the Containerfile and its shell lines can be parsed',
  },
  {
    line: /^(kubectl|sed) .*/,
    why: 'needs a cluster; the manifests are held against the schema of Kubernetes, and their scripts run',
    by: 'tests/harness/ci/ci-files.test.ts',
    holding: 'is valid for Kubernetes',
  },
  {
    line: /^gh pr comment /,
    why: 'posts to GitHub; the file that it posts is written by an audit, and measured',
    by: 'tests/harness/docs/walkthroughs.ts',
    holding: "writes: ['reports/summary.md']",
  },
  {
    line: /--sdk live/,
    why: "fetches scripts of TikTok's; a server on this machine stands in for it",
    by: 'tests/harness/double/scripts.test.ts',
    holding: "TikTok's own SDK",
  },
  {
    line: /^npx playwright codegen /,
    why: 'opens a window that a person works in; it is parsed as Playwright does',
    by: 'tests/harness/docs/commands.test.ts',
    holding: 'playwrightProgram',
  },
  {
    line: /^npm run bench$/,
    why: 'measures for minutes; that there is such a script, with such parts, is checked',
    by: 'tests/harness/docs/commands.test.ts',
    holding: "name === 'bench'",
  },
];
