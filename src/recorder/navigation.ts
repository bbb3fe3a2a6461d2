import type { CDPSession, Frame, Page, Request, Response } from '@playwright/test';
import type { DocumentRecord, Hop } from '../evidence/evidence.ts';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { bounded } from './bounded.ts';

/** Milliseconds for a round trip to the page; one that is busy for longer has announced nothing. */
const ROUND_TRIP = 2_000;

/** DevTools protocol, Page.ClientNavigationReason, in the terms of the evidence. */
const CAUSES: Record<string, string> = {
  anchorClick: 'link',
  formSubmissionGet: 'form',
  formSubmissionPost: 'form',
  httpHeaderRefresh: 'refresh-header',
  metaTagRefresh: 'meta-refresh',
  scriptInitiated: 'script',
  reload: 'script',
};

const FROM_TIKTOK = `https://${PIXEL_HOST}/`;

/** The tap's preferred binding: a call costs a fraction of one exposed by Playwright, which sends an answer. */
const DIRECT_BINDING = '__ttqTapDirect';

/**
 * Follows where a page goes and why: the HTTP hops of each navigation from Playwright's requests, its cause from the DevTools
 * protocol, and whether one is in progress.
 */
export class Navigation {
  private readonly chains = new Map<Frame, Request[]>();
  private readonly causes = new Map<string, string>();
  /** One for each navigation request so far, filled in when its answer is reported. */
  private readonly hops = new Map<Request, Hop>();
  /** The navigation requests that led to documents. */
  private readonly led: Request[] = [];
  private readonly page: Page;
  private session: CDPSession | undefined;
  private mainFrame = '';
  /** Resolves when the page is fully followed: causes of earlier navigations are not known. */
  readonly ready: Promise<void>;
  private underWay = false;
  private readonly scripts = new Set<Request>();
  /** How many windows and tabs the page has requested so far. */
  popUps = 0;
  /** Whether the document of the main frame has loaded, as far as is known. */
  private loaded = false;
  private ignoresInput = false;
  /** Documents of the main frame so far: the site's, and not restored ones. */
  documents = 0;
  /** The kind of the next navigation if the page did not request it: goto, reload, history, pop-up. */
  private ours = 'goto';

  /** @param reported receives what the tap reports straight to the protocol */
  constructor(page: Page, reported: (text: string) => void) {
    this.page = page;
    // Scripts are many, and asking for the end of each would take a round trip; navigations are few, so their answers are asked for.
    page.on('request', (request) => this.requested(request));
    page.on('requestfinished', (request) => this.scripts.delete(request));
    page.on('requestfailed', (request) => this.scripts.delete(request));
    // A pop-up may be closed again first.
    this.ready = this.connect(page, reported).catch(() => undefined);
  }

  private async connect(page: Page, reported: (text: string) => void): Promise<void> {
    const session = await page.context().newCDPSession(page);
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === DIRECT_BINDING) reported(payload);
    });
    const [{ frameTree }] = await Promise.all([
      session.send('Page.getFrameTree'),
      session.send('Page.enable'),
      // Bindings are added only to pages of a session that has enabled it.
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: DIRECT_BINDING }),
    ]);
    this.session = session;
    this.mainFrame = frameTree.frame.id;
    session.on('Page.frameRequestedNavigation', ({ frameId, reason, disposition }) => {
      if (disposition === 'currentTab') this.announced(frameId, reason);
    });
    session.on('Page.frameScheduledNavigation', ({ frameId, reason }) => this.announced(frameId, reason));
    session.on('Page.windowOpen', () => {
      this.popUps += 1;
    });
    session.on('Page.frameClearedScheduledNavigation', ({ frameId }) => this.ended(frameId));
    session.on('Page.frameNavigated', ({ frame, type }) => {
      const isNew = type === 'Navigation' && /^https?:/.test(frame.url);
      if (frame.id === this.mainFrame) {
        this.scripts.clear();
        this.loaded = false;
      }
      if (frame.id === this.mainFrame && isNew) this.documents += 1;
      this.ended(frame.id);
    });
    session.on('Page.loadEventFired', () => {
      this.loaded = true;
    });
    session.on('Page.navigatedWithinDocument', ({ frameId }) => this.ended(frameId));
    session.on('Page.frameStoppedLoading', ({ frameId }) => this.ended(frameId));
  }

  /** Whether the page has requested a navigation of its main frame that has not happened yet. */
  get pending(): boolean {
    return this.underWay;
  }

  /** Whether the page itself requested the next document. */
  get isCaused(): boolean {
    return this.causes.has(this.mainFrame);
  }

  /** Whether a script is being loaded; the double tracks TikTok's. */
  get loadsScripts(): boolean {
    return this.scripts.size > 0;
  }

  /**
   * Whether the page ignores input. Chromium moves the pointer of a new window into its corner (measured: some 50 ms after the first
   * page has begun), which may run the scripts that a plugin delays until a visitor acts.
   */
  async ignoreInput(ignore: boolean): Promise<void> {
    if (ignore === this.ignoresInput) return;
    this.ignoresInput = ignore;
    await this.session?.send('Input.setIgnoreInputEvents', { ignore });
  }

  /** Announces a navigation that the harness itself starts, or the first of a pop-up. */
  expect(via: 'goto' | 'reload' | 'history' | 'pop-up'): void {
    this.ours = via;
    this.causes.delete(this.mainFrame);
  }

  /** Resolves when the page has loaded, or the time is over. Asking Playwright takes several messages, even if it has. */
  async load(timeout: number): Promise<void> {
    if (!this.loaded) await this.page.waitForLoadState('load', { timeout }).catch(() => undefined);
  }

  /** One round trip to the page, by its cheapest command: everything it announced before is known afterwards. */
  async sync(): Promise<void> {
    if (this.session) await bounded(this.session.send('Runtime.getIsolateId'), ROUND_TRIP, undefined);
  }

  /**
   * The value of an expression in the page, or of its promise. Playwright's own `evaluate` would first load its library into the page.
   *
   * @throws Error if the expression throws, or the page navigates meanwhile
   */
  async evaluate(expression: string): Promise<unknown> {
    const { session, page } = this;
    if (!session) return page.evaluate(expression);
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The source of the current document. Playwright's own `content` would first load its library of selectors into the page. */
  async source(): Promise<string> {
    const { session, page } = this;
    if (!session) return page.content();
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    return (await session.send('DOM.getOuterHTML', { nodeId: root.nodeId })).outerHTML;
  }

  /**
   * The hops that led to a new document, and what caused it. The hops' answers may be filled in later.
   *
   * @param main whether it is in the main frame; other frames with the same URL are assumed to have the same hops
   */
  arrived(main: boolean, url: string): Pick<DocumentRecord, 'via' | 'hops'> {
    const via = main ? (this.causes.get(this.mainFrame) ?? this.ours) : 'frame';
    if (main) this.causes.delete(this.mainFrame);
    const isOf = (frame: Frame, chain: Request[]) =>
      main ? frame.parentFrame() === null : frame.parentFrame() !== null && leadsTo(url, chain);
    const [frame, chain = []] = [...this.chains].find(([frame, chain]) => isOf(frame, chain)) ?? [];
    if (frame) this.chains.delete(frame);
    // A document that was not fetched, such as a restored one, has no hops; neither has one whose chain belongs to another.
    if (!leadsTo(url, chain)) return { via, hops: [] };
    this.led.push(...chain);
    return { via, hops: chain.map((request) => this.hopOf(request)) };
  }

  /** Resolves when the answers of all hops are filled in. */
  async finish(): Promise<void> {
    const unanswered = this.led.filter((request) => this.hopOf(request).status === undefined);
    await Promise.all(unanswered.map((request) => this.ask(request)));
  }

  private async ask(request: Request): Promise<void> {
    const response = await request.response().catch(() => null);
    if (response) this.answered(response);
  }

  private requested(request: Request): void {
    if (request.resourceType() === 'script' && !request.url().startsWith(FROM_TIKTOK))
      this.scripts.add(request);
    if (!request.isNavigationRequest()) return;
    void this.ask(request);
    const frame = request.frame();
    const previous = request.redirectedFrom();
    const chain = this.chains.get(frame);
    if (previous && chain?.at(-1) === previous) chain.push(request);
    else this.chains.set(frame, [request]);
  }

  private hopOf(request: Request): Hop {
    const hop = this.hops.get(request) ?? { url: request.url() };
    this.hops.set(request, hop);
    return hop;
  }

  private answered(response: Response): void {
    const request = response.request();
    if (!request.isNavigationRequest()) return;
    const hop = this.hopOf(request);
    hop.status = response.status();
    if (response.fromServiceWorker()) hop.serviceWorker = true;
    const { location } = response.headers();
    if (location !== undefined) hop.location = location;
  }

  private announced(frame: string, reason: string): void {
    if (frame !== this.mainFrame) return;
    this.underWay = true;
    this.causes.set(frame, CAUSES[reason] ?? reason);
  }

  private ended(frame: string): void {
    if (frame === this.mainFrame) this.underWay = false;
  }
}

function leadsTo(url: string, chain: Request[]): boolean {
  return withoutHash(chain.at(-1)?.url()) === withoutHash(url);
}

function withoutHash(url = ''): string {
  return url.split('#', 1)[0]!;
}
