import { visitorDomain } from './cookies.ts';
import { type Content, ownEvent } from './event.ts';
import { currentPage, pageIndex } from './page.ts';
import type { Reporter } from './reporter.ts';
import { markEngaged, type Visits } from './session.ts';

const ENGAGED_AFTER = 10; // seconds of visible time

/** Known only if `_ttp` was set before this document. */
const ownDomain = visitorDomain();

export const LANDING = ownEvent('LandingPageView', {});

type Send = (event: Content) => void;

/** Sends the SDK's own events about the session that an event starts or continues, before that event. */
export function reportVisit(reporter: Reporter, { pixel, opened }: Visits, send: Send): void {
  if (opened) send(LANDING);
  if (pixel.engaged || reporter.engaging) return;
  if (!opened && isSecondPage()) {
    reporter.engaging = true;
    engage(reporter, 'second_jump', send);
    return;
  }
  reporter.engaging = true;
  whenSeenFor(ENGAGED_AFTER, () => engage(reporter, 'duration_10s', send));
}

function engage(reporter: Reporter, type: string, send: Send): void {
  markEngaged(reporter.code);
  send(ownEvent('EngagedSession', { lpv_trigger_type: type }));
}

function isSecondPage(): boolean {
  return pageIndex() > 0 || (ownDomain !== undefined && currentPage().referrer.includes(ownDomain));
}

/** Counts whole seconds in which the page is visible. */
function whenSeenFor(seconds: number, run: () => void): void {
  let left = seconds;
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    run();
  }, 1000);
}
