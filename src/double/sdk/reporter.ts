import type { Addressee } from './message.ts';
import type { PixelEntry, PixelOptions, Ttq } from './ttq.ts';
import { asObject } from './values.ts';

/** The result of `ttq.instance(id)`. */
export interface Handle {
  track(name?: unknown, properties?: unknown, options?: unknown): Promise<unknown>;
  page(properties?: unknown): void;
  identify(fields?: unknown, more?: unknown): void;
  setPixelInfo(info?: unknown): void;
}

/** One mounted pixel. */
export class Reporter implements Addressee {
  readonly code: string;
  readonly handle: Handle;
  /** Whether EngagedSession is about to be sent. */
  engaging = false;
  private reportedUrl: string | undefined;
  private landed = false;
  private readonly ttq: Ttq;
  private readonly entry: PixelEntry;

  constructor(code: string, ttq: Ttq, entry: PixelEntry, handle: Handle) {
    this.code = code;
    this.ttq = ttq;
    this.entry = entry;
    this.handle = handle;
  }

  get options(): PixelOptions {
    return this.entry.options ?? {};
  }

  get loadId(): string | undefined {
    return this.ttq._li?.[this.code];
  }

  /** Partner base codes set it at any time, so it is read for each event. */
  get partner(): unknown {
    return this.options.partner || this.entry._partner || this.ttq._partner;
  }

  get firstPartyCookies(): boolean {
    return this.entry.info?.firstPartyCookieEnabled === true;
  }

  get automaticMatching(): boolean {
    return Boolean(asObject(this.entry.plugins).AutoAdvancedMatching);
  }

  /** The URL is only watched on Google Tag Manager's sites; shop systems report page views themselves. */
  get watchesHistory(): boolean {
    const { partner } = this;
    return this.reportsChanges && (!partner || /^GoogleTagManager(Client|Server)$/.test(String(partner)));
  }

  get reportsChanges(): boolean {
    return this.options.historyObserver !== false;
  }

  get collects(): boolean {
    return this.options.autoConfig !== false;
  }

  /** Whether the document still has to be reported as the session's first; marks it as reported. */
  takeLanding(): boolean {
    const isDue = !this.landed;
    this.landed = true;
    return isDue;
  }

  /** Whether a Pageview of the current URL is due; marks it as reported. */
  takePageview(): boolean {
    if (this.reportedUrl === location.href) return false;
    this.reportedUrl = location.href;
    return true;
  }
}
