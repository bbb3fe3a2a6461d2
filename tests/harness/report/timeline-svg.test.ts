import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, expect, type Page } from '@playwright/test';
import { findBrowser } from '../../../src/recorder/browser.ts';
import { type Timeline, timelineOf } from '../../../src/report/timeline/model.ts';
import { timelineSvg } from '../../../src/report/timeline/svg.ts';
import { EVIDENCE_MUTANTS } from '../mutants/evidence.ts';
import { oneOfMany } from '../rest.ts';
import { AT, all, type Change, clean, drop, set } from '../rules/clean.ts';
import { test as base, type Lasting } from '../test.ts';
import { visit as unjudged, verdict } from './samples.ts';
import {
  broken,
  flood,
  hostile,
  judged,
  manyHops,
  reloads,
  silent,
  storm,
  timeline,
  wide,
} from './timeline.ts';

interface Fixtures {
  page: Page;
  /** Opens a timeline's picture from disk, in this page. */
  open: (drawn: Timeline) => Promise<void>;
}

const SHELL: Lasting<Browser> = {
  open: async () => {
    const path = findBrowser()?.path;
    return chromium.launch(path ? { executablePath: path } : {});
  },
  close: (browser) => browser.close(),
};

const test = base.extend<Fixtures>({
  page: async ({ shared }, use) => {
    const page = await (await shared.get(SHELL)).newPage();
    await use(page);
    await page.close();
  },
  open: async ({ page }, use, testInfo) => {
    await use(async (drawn) => {
      const file = testInfo.outputPath('timeline.svg');
      await writeFile(file, timelineSvg(drawn));
      await page.goto(pathToFileURL(file).href);
    });
  },
});

/** Every text of a picture with its box in pixels, and the size of the whole. */
function layout(page: Page) {
  return page.evaluate(`(() => {
    const box = (element) => { const { x, y, width, height } = element.getBBox(); return { x, y, width, height }; };
    const texts = [...document.querySelectorAll('text')].map((element) => ({ words: element.textContent, ...box(element) }));
    const { width, height } = document.documentElement.viewBox.baseVal;
    return { texts, width, height };
  })()`) as Promise<{ texts: Text[]; width: number; height: number }>;
}

interface Text {
  words: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pairs of texts that cover each other. Lines of text one below the other may touch. */
function overlapping(texts: Text[]): string[] {
  const sorted = texts.toSorted((a, b) => a.y - b.y);
  return sorted.flatMap((one, index) => {
    const found: string[] = [];
    for (const other of sorted.slice(index + 1)) {
      if (other.y >= one.y + one.height - 2) break;
      if (one.x < other.x + other.width - 0.5 && other.x < one.x + one.width - 0.5)
        found.push(`${one.words} | ${other.words}`);
    }
    return found;
  });
}

const lost = all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.sent.Purchase}/body/event_id`, ''));
const SHAPES: Record<string, Change | undefined> = {
  'the clean visit': undefined,
  'a failing visit': lost,
  'a broken visit': broken,
  'thirteen hops, the click id lost at the ninth': manyHops,
  'pages and nothing else': silent,
  'a storm of 500 calls in a millisecond': storm,
  'a storm in which something is broken': all(storm, lost),
  'a flood of 600 events': flood,
  'page after page': reloads,
  'hostile texts': hostile,
  'wide letters': wide,
  'no request for any call': (evidence) => {
    evidence.requests = [];
  },
};

test.describe.configure({ mode: 'parallel' });

for (const [index, [name, change]] of Object.entries(SHAPES).entries()) {
  test(`nothing overlaps or is cut off: ${name}`, oneOfMany(index), async ({ open, page }) => {
    await open(timeline(change));
    const { texts, width, height } = await layout(page);
    expect(overlapping(texts)).toEqual([]);
    for (const text of texts) {
      assert(text.x >= 0, text.words);
      assert(text.x + text.width <= width, text.words);
      assert(text.y + text.height <= height, text.words);
    }
  });
}

test('finds boxes that overlap', () => {
  const text = (words: string, x: number, y: number) => ({ words, x, y, width: 50, height: 14 });
  expect(overlapping([text('one', 0, 0), text('two', 45, 3), text('three', 60, 20)])).toEqual(['one | two']);
});

test('hostile texts stay text: nothing runs, nothing is loaded, and the file is XML', async ({
  open,
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await open(timeline(all(hostile, lost)));
  const names = await page.evaluate(
    `[...new Set([...document.querySelectorAll('*')].map(({ nodeName }) => nodeName))].sort()`,
  );
  expect(names, 'no element comes of a text, nor of an error of the parser').toEqual([
    'circle',
    'g',
    'path',
    'rect',
    'svg',
    'text',
    'title',
    'tspan',
  ]);
  expect(await page.evaluate('document.documentElement.textContent')).toContain(
    '<img src=x onerror=alert(1)>',
  );
  expect(asked.map((url) => url.replace(/.*\//, ''))).toEqual(['timeline.svg']);
});

test('a place in the evidence may hold a key that the site chose', async ({ open, page }) => {
  const finding = { code: 'one', args: {}, message: 'It is so', place: '/nowhere/<b>\u0000\ud800' };
  const visit = unjudged('ad-click', [verdict('topic/rule', 'fail', 'minor', { findings: [finding] })]);
  await open(timelineOf(clean(), visit));
  expect(await page.evaluate('document.documentElement.textContent')).toContain(
    'It is so [evidence /nowhere/<b>]',
  );
});

test('the file refers to nothing outside of it, and has no style, script or handler', () => {
  const svg = timelineSvg(timeline(all(hostile, lost)));
  const tags = svg.match(/<[^>]*>/g)!.join('\n');
  expect(tags.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  expect(tags).not.toMatch(
    /\s(on\w+|style|class|(xlink:)?href|src)=|url\(|<(script|style|foreignObject|image|use)/i,
  );
});

test('the same timeline gives the same bytes', () => {
  expect(timelineSvg(timeline(hostile))).toBe(timelineSvg(timeline(hostile)));
});

test('an ordinary visit makes a small file, and one of 2,400 calls a limited one', () => {
  expect(timelineSvg(timeline(lost)).length).toBeLessThan(50_000);
  const evidence = clean(all(flood, flood, flood, flood));
  expect(timelineSvg(timelineOf(evidence, unjudged('ad-click', []))).length).toBeLessThan(300_000);
});

test('the picture has its own background', async ({ open, page }) => {
  await open(timeline());
  const first = await page.evaluate(`(() => {
    const rect = document.querySelector('rect');
    const { width, height } = document.documentElement.viewBox.baseVal;
    return { fill: rect.getAttribute('fill'), covers: rect.width.baseVal.value === width && rect.height.baseVal.value === height };
  })()`);
  expect(first).toEqual({ fill: '#ffffff', covers: true });
});

for (const [index, { name, rule, change, target }] of EVIDENCE_MUTANTS.entries()) {
  test(`the picture names the broken rule: ${name}`, oneOfMany(index), () => {
    const drawn = timeline(change, target);
    const { number, findings } = drawn.violations.find((violation) => violation.rule === rule)!;
    const svg = timelineSvg(drawn);
    // Long texts are broken into lines.
    const text = svg.replace(/<\/text><text[^>]*>/g, ' ');
    const badges = svg.split(`>${number}</text>`).length - 1;
    const marks = drawn.marks.filter((mark) => mark.badges.some((badge) => badge.number === number));
    // One at the top, one in the legend for the first two, and one at each mark.
    expect(badges).toBe(1 + (number <= 2 ? 1 : 0) + marks.length);
    for (const { at, place } of findings)
      if (at === undefined) expect(text).toContain(`[evidence ${place || '/'}]`);
    expect(judged(clean(change), target).verdicts.find((verdict) => verdict.rule === rule)!.outcome).toBe(
      'fail',
    );
  });
}
