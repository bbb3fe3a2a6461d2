import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
  type TestInfo,
  test,
} from '@playwright/test';
import { asEnvironment, wayOut } from '../double/proxy.ts';
import type { ScriptSource } from '../double/scripts/script.ts';
import { scriptSource } from '../double/scripts/source.ts';
import { prepare } from '../recorder/prepare.ts';
import { firstLines } from '../report/text.ts';
import type { Target } from '../target/target.ts';
import { type Judged, judge } from './judge.ts';
import { suiteLogs } from './logs.ts';
import { noteMissingReporter } from './reported.ts';
import { OwnRequests } from './requests.ts';
import { type TtqTarget, targetOf } from './target.ts';
import { ContextVisit, type Opened } from './visit.ts';

/** The context options that the recorder needs; Playwright adds them to each context of a test. */
export type ContextDefaults = {
  [Name in 'baseURL' | 'proxy' | 'userAgent' | 'javaScriptEnabled' | 'offline']?:
    | BrowserContextOptions[Name]
    | undefined;
};

/** The options of a test, or of the file or the describe of a hook. */
interface Conditions {
  defaults: ContextDefaults;
  /** Whether visits are judged when they end. */
  isJudging: boolean;
  /** Whether a report shows pages that failed. */
  isShown: boolean;
}

/** A browser's `newContext`, as in Playwright. */
type NewContext = (options: BrowserContextOptions) => Promise<BrowserContext>;

/** What the tests of a worker share: every context that they open is recorded here. */
export class SuiteSession {
  private conditions: Conditions;
  /** The test that runs; undefined in beforeAll and afterAll. */
  test: TestInfo | undefined;
  /** The ad click by which the next context arrives. */
  click: { id: string; url: string } | undefined;
  readonly requests: OwnRequests;
  private readonly option: TtqTarget;
  private readonly config: string | undefined;
  private readonly targets = new Map<string | undefined, Target>();
  private readonly sources = new Map<string, ScriptSource>();
  private visits: ContextVisit[] = [];
  private readonly named = new Map<string, number>();
  private readonly agents = new WeakMap<Browser, string>();
  private readonly ofHooks = new WeakSet<ContextVisit>();
  private readonly judged: Judged[] = [];
  private hasJudged = false;
  private readonly ownLogs: string | undefined;
  private readonly logs: string;
  /** Number of visits before the running test. */
  private first = 0;

  constructor(option: TtqTarget, defaults: ContextDefaults, config: string | undefined) {
    this.option = option;
    this.requests = new OwnRequests(option);
    this.conditions = { defaults, isJudging: false, isShown: false };
    this.config = config;
    const shared = suiteLogs();
    this.ownLogs = shared === undefined ? mkdtempSync(join(tmpdir(), 'ttq-suite-')) : undefined;
    this.logs = shared ?? this.ownLogs!;
  }

  /** @param output Playwright's folder for the run's results */
  close(output: string): void {
    if (this.hasJudged) noteMissingReporter(output);
    if (this.ownLogs !== undefined) rmSync(this.ownLogs, { recursive: true, force: true });
  }

  /** The proxy of the test or the hook that runs. */
  get proxy(): ContextDefaults['proxy'] {
    return this.conditions.defaults.proxy;
  }

  /** @throws TtqTargetError */
  target(baseURL = this.conditions.defaults.baseURL): Target {
    const target = this.targets.get(baseURL) ?? targetOf(this.option, baseURL, this.config);
    this.targets.set(baseURL, target);
    return target;
  }

  /** Of the test or the hook that is about to run. */
  under(conditions: Conditions): void {
    this.conditions = conditions;
  }

  /** A test begins. */
  begin(test: TestInfo): void {
    this.test = test;
    this.click = undefined;
    // What is over has been reported.
    this.visits = this.unfinished();
    this.first = this.visits.length;
    this.named.clear();
  }

  /** Ends the test, whose contexts opened by Playwright are closed by now. @returns what was judged in it */
  end(): Judged[] {
    this.test = undefined;
    return this.judged.splice(0);
  }

  /** Opens a context whose requests go through the double. */
  async open(
    newContext: NewContext,
    { browser, by, proxy }: { browser: Browser; by: Opened['by']; proxy: LaunchOptions['proxy'] },
    options: BrowserContextOptions,
  ): Promise<ContextVisit> {
    const all: ContextDefaults = { ...this.conditions.defaults, ...options };
    const target = this.target(all.baseURL);
    const outer = all.proxy ?? proxy;
    const isTold = target.eventsApi.transport === 'server';
    const userAgent = all.userAgent ?? (isTold ? await this.userAgentOf(browser, newContext) : undefined);
    const prepared = await prepare({
      browser,
      target,
      visit: { journey: this.journey(), scenario: 'organic' },
      logs: this.logs,
      scripts: this.scripts(target),
      fetch: globalThis.fetch,
      userAgent,
      ...(outer ? { reach: wayOut(asEnvironment(outer)) } : {}),
    });
    // A user's own ignoreHTTPSErrors is kept unless the target asks for it.
    const { proxy: door, ignoreHTTPSErrors, userAgent: named } = prepared.contextOptions;
    try {
      const context = await newContext({
        ...options,
        ...(door ? { proxy: door } : {}),
        ...(ignoreHTTPSErrors ? { ignoreHTTPSErrors } : {}),
        ...(named === undefined ? {} : { userAgent: named }),
      });
      const { offline = false, javaScriptEnabled = true } = all;
      const visit = await ContextVisit.begin(prepared, context, { by, offline, javaScriptEnabled });
      if (this.click) visit.follow(this.click.id, this.click.url);
      this.click = undefined;
      this.visits.push(visit);
      if (!this.test) this.ofHooks.add(visit);
      return visit;
    } catch (error) {
      await prepared.close();
      throw error;
    }
  }

  /** The visit of a context; undefined if the context is not recorded. */
  visitOf(context: BrowserContext): ContextVisit | undefined {
    return this.visits.findLast((visit) => visit.context === context);
  }

  /** The first visit that the test has opened; if there is none, the last that a hook has opened and left to it. */
  current(): ContextVisit | undefined {
    return (
      this.visits[this.first] ?? this.visits.findLast((visit) => !visit.isOver && this.ofHooks.has(visit))
    );
  }

  /** Visits that are not over. */
  unfinished(): ContextVisit[] {
    return this.visits.filter(({ isOver }) => !isOver);
  }

  /**
   * Ends a visit, before its context is closed, and judges it.
   *
   * @returns its result, if there is no test to report it
   */
  async finish(visit: ContextVisit): Promise<Judged | undefined> {
    const { isJudging, isShown } = this.conditions;
    const broken = failureOf(this.test);
    // Before the page is left: Playwright takes its own pictures of the pages that are open at the end.
    const shots = isJudging && isShown && broken === undefined ? await visit.screenshots() : [];
    await visit.end(isJudging ? 'evidence' : 'nothing', broken);
    if (!isJudging || !visit.evidence) return undefined;
    this.hasJudged = true;
    const judged = { ...judge(visit.evidence, visit.target), shots };
    if (!this.test) return judged;
    this.judged.push(judged);
    return undefined;
  }

  private scripts({ sdk }: Target): ScriptSource {
    const key = JSON.stringify(sdk);
    const source = this.sources.get(key) ?? scriptSource(sdk, globalThis.fetch);
    this.sources.set(key, source);
    return source;
  }

  /** The name of a visit in reports: the test, or the hook of a file, and which of its contexts. */
  private journey(): string {
    const { project, titlePath } = this.test ?? test.info();
    const place = this.test ? titlePath : [...titlePath.slice(0, -1), 'beforeAll'];
    const name = [...(project.name === '' ? [] : [project.name]), ...place].join(' › ');
    const number = (this.named.get(name) ?? 0) + 1;
    this.named.set(name, number);
    return number === 1 ? name : `${name} (context ${number})`;
  }

  /** The browser's user agent, from an unrecorded context in which no page is opened. */
  private async userAgentOf(browser: Browser, newContext: NewContext): Promise<string> {
    const known = this.agents.get(browser);
    if (known !== undefined) return known;
    const context = await newContext({});
    const agent = await (await context.newPage()).evaluate(() => navigator.userAgent);
    await context.close();
    this.agents.set(browser, agent);
    return agent;
  }
}

function failureOf(test: TestInfo | undefined): string | undefined {
  if (!test || test.status === test.expectedStatus) return undefined;
  // What an assertion compares is below it, in the failure of the test itself.
  const [first = ''] = (test.error?.message ?? `the test ended as ${test.status}`).split(/\n\s*\n/);
  return firstLines(first);
}
