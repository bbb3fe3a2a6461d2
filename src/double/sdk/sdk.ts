import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { findClickId } from './click-id.ts';
import { submit } from './consent.ts';
import { diagnose } from './console.ts';
import { anonymousId, enableCookies, writeClickIdCookie } from './cookies.ts';
import { readProperties, readTrack } from './event.ts';
import { observeHistory } from './history.ts';
import { encodeIdentity, type Identity } from './identify.ts';
import { type Content, createMessage } from './message.ts';
import { currentPage } from './page.ts';
import type { Pixel } from './pixel.ts';
import { countPageview, isNewSession, markLanded } from './session.ts';
import { asObject, type Fields } from './values.ts';

/** What the page's calls do, whatever form they come in. A call without a pixel is for all loaded ones. */
export class Sdk {
  readonly pixels = new Map<string, Pixel>();
  private readonly partner: () => unknown;
  private readonly clickId: string | undefined;
  private identity: Identity = {};
  private started = false;

  /** `partner` is asked for at each event: partner base codes set it at a time of their own. */
  constructor(partner: () => unknown) {
    this.partner = partner;
    enableCookies();
    this.clickId = findClickId();
    if (this.clickId !== undefined) writeClickIdCookie(this.clickId);
    observeHistory(() => this.urlChanged());
  }

  track(only: Pixel | undefined, name: unknown, second?: unknown, third?: unknown): void {
    const { pixel: code, ...content } = readTrack(name, second, third);
    for (const pixel of this.addressed(only, code)) this.send(pixel, content);
  }

  /** A Pageview carries no event id, whatever the caller gives. */
  page(only: Pixel | undefined, value?: unknown): void {
    const { event_id: _id, eventID: _ID, ...properties } = readProperties(value);
    this.report(this.addressed(only), properties);
  }

  /** Later calls add to earlier ones. With an e-mail address or phone number the SDK sends an event of its own. */
  identify(fields: unknown): void {
    const added = encodeIdentity(asObject(fields));
    this.identity = { ...this.identity, ...added };
    if (this.started && hasContact(added)) this.enrich();
  }

  /** Sends what the SDK sends by itself, once consent and the first identity of the queue are applied. */
  start(): void {
    this.started = true;
    for (const pixel of this.pixels.values()) this.land(pixel);
    if (hasContact(this.identity)) this.enrich();
  }

  /** Reports the start of the tab's session, once for each pixel. */
  land(pixel: Pixel): void {
    if (isNewSession(pixel.code) && this.sendAutomatic(pixel, 'LandingPageView')) markLanded(pixel.code);
  }

  private enrich(): void {
    for (const pixel of this.pixels.values()) this.sendAutomatic(pixel, 'EnrichAM');
  }

  /** Since 2025 a changed URL is a Pageview by itself, once a first one was sent. */
  private urlChanged(): void {
    const observing = (pixel: Pixel) =>
      pixel.reportedUrl !== undefined && pixel.options.historyObserver !== false;
    this.report([...this.pixels.values()].filter(observing), {});
  }

  /** Sends the Pageview of the current URL, unless it is the one that a pixel reported last. */
  private report(pixels: Pixel[], properties: Fields): void {
    const { url } = currentPage();
    const due = pixels.filter((pixel) => pixel.reportedUrl !== url);
    if (due.length > 0) countPageview();
    for (const pixel of due) {
      pixel.reportedUrl = url;
      this.send(pixel, { name: PAGEVIEW, eventId: '', properties });
    }
  }

  private addressed(only: Pixel | undefined, code?: string): Pixel[] {
    if (only !== undefined) return [only];
    if (code === undefined) return [...this.pixels.values()];
    const pixel = this.pixels.get(code);
    if (pixel === undefined) diagnose('INVALID_PIXEL_CODE', code);
    return pixel === undefined ? [] : [pixel];
  }

  private sendAutomatic(pixel: Pixel, name: string): boolean {
    return this.send(pixel, { name, eventId: '', properties: {} });
  }

  private send(pixel: Pixel, content: Content): boolean {
    const visitor = { identity: this.identity, anonymousId: anonymousId(), clickId: this.clickId };
    return submit(createMessage(pixel, content, visitor, this.partner()));
  }
}

function hasContact(identity: Identity): boolean {
  return identity.email !== undefined || identity.phone_number !== undefined;
}
