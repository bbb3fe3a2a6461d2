import { build } from './build.ts';
import { collectMetadata } from './metadata.ts';
import type { Fields } from './values.ts';

const METADATA_DELAY = 200; // milliseconds in which the last reason wins
const INTERVAL = 10_000; // milliseconds between reports of clicks and scrolls
const CLICK_PAUSE = 1000; // milliseconds between reported clicks
const ANCESTORS = 5;

/** Elements that the SDK treats as buttons. */
const BUTTONS =
  'button, a, input[type=button], input[type=image], input[type=submit], ' +
  ['btn', 'Btn', 'button', 'Button']
    .flatMap((word) => ['class', 'id', 'role'].map((name) => `[${name}*=${word}]`))
    .join(', ');
const CONTACT_LINK = /^(tel|callto|sms|skype|whatsapp|mailto):/i;

/** Receives what was collected. */
export interface ActivityReports {
  act(action: 'Metadata' | 'Click', collected: Fields): void;
  interaction(collected: Fields): void;
}

/** Watches what the visitor does on the page, and reports it unasked. */
export class Activity {
  private readonly reports: ActivityReports;
  private clicks = 0;
  private scrolls = 0;
  private reported = 0;
  private lastClick = Number.NEGATIVE_INFINITY;
  private pending: ReturnType<typeof setTimeout> | undefined;
  private left = false;

  constructor(reports: ActivityReports) {
    this.reports = reports;
    addEventListener('click', (event) => this.clicked(event), { capture: true, passive: true });
    addEventListener('scroll', () => this.scrolled(), { capture: true, passive: true });
    addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.leave());
    addEventListener('pagehide', () => this.leave());
    if (build.countsInteraction) setInterval(() => this.reportInteraction(), INTERVAL);
  }

  /** @param trigger PageView, UrlChange or Click */
  metadataSoon(trigger: string): void {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => this.sendMetadata(trigger), METADATA_DELAY);
  }

  private sendMetadata(trigger: string): void {
    this.reports.act('Metadata', { page_trigger: trigger, content_data: collectMetadata() });
  }

  private clicked({ target, timeStamp, pageX, pageY }: MouseEvent): void {
    this.clicks += 1;
    const button = buttonAt(target);
    if (button === undefined || CONTACT_LINK.test(button.getAttribute('href') ?? '')) return;
    if (timeStamp - this.lastClick < CLICK_PAUSE) return;
    this.lastClick = timeStamp;
    this.reports.act('Click', {
      page_trigger: 'Click',
      trigger_element: describe(button, { x: pageX, y: pageY }),
    });
  }

  private scrolled(): void {
    this.scrolls += 1;
  }

  private reportInteraction(): void {
    const { clicks: ct, scrolls: st } = this;
    if (ct + st === this.reported) return;
    this.reported = ct + st;
    const inter = { ct, st };
    this.reports.interaction({
      action_event: 'twt',
      inter,
      page_inter: { metrics_type: 'ct|st', ...inter },
    });
  }

  /** Once for each document. */
  private leave(): void {
    if (this.left) return;
    this.left = true;
    this.sendMetadata('PageLeave');
    if (!build.countsInteraction || this.clicks + this.scrolls === 0) return;
    const inter = { ct: this.clicks, st: this.scrolls, pl: Math.round(performance.now()) };
    this.reports.interaction({
      action_event: 'pl',
      inter,
      page_inter: { metrics_type: 'ct|st|pl', ...inter },
    });
  }
}

/** The clicked element, or one around it, if that is a button. */
export function buttonAt(target: EventTarget | null): Element | undefined {
  let element = target instanceof Element ? target : null;
  for (let level = 0; element !== null && level <= ANCESTORS; level += 1) {
    if (element.matches(BUTTONS)) return element;
    element = element.parentElement;
  }
  return undefined;
}

function describe(element: Element, position: { x: number; y: number }): Fields {
  const attributes = ['class', 'id', 'name', 'type'].map((name) => [name, element.getAttribute(name) ?? '']);
  return {
    tag: element.tagName.toLowerCase(),
    attributes: Object.fromEntries(attributes),
    inner_text: element.textContent?.trim() ?? '',
    xpath: xpathOf(element),
    num_child_buttons: element.querySelectorAll(BUTTONS).length,
    timestamp: new Date().toISOString(),
    position,
  };
}

function xpathOf(element: Element): string {
  const parent = element.parentElement;
  if (parent === null) return `/${element.tagName}`;
  const same = Array.from(parent.children).filter(({ tagName }) => tagName === element.tagName);
  return `${xpathOf(parent)}/${element.tagName.toLowerCase()}[${same.indexOf(element) + 1}]`;
}
