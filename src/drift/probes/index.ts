import type { Probe } from '../probe.ts';
import { AUTOMATIC } from './automatic.ts';
import { CLICK_ID } from './click-id.ts';
import { CONSENT } from './consent.ts';
import { COOKIES } from './cookies.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import { EVENTS } from './events.ts';
import { FRAMES } from './frames.ts';
import { IDENTIFY } from './identify.ts';
import { LOAD } from './load.ts';
import { MOUNT } from './mount.ts';
import { OPTIONS } from './options.ts';
import { PAGES } from './pages.ts';
import { PIXELS } from './pixels.ts';
import { REPLAY } from './replay.ts';
import { TRANSPORT } from './transport.ts';

/** Every behaviour that is compared. */
export const PROBES: readonly Probe[] = [
  ...LOAD,
  ...MOUNT,
  ...PIXELS,
  ...REPLAY,
  ...EVENTS,
  ...PAGES,
  ...IDENTIFY,
  ...CLICK_ID,
  ...COOKIES,
  ...CONSENT,
  ...AUTOMATIC,
  ...TRANSPORT,
  ...DIAGNOSTICS,
  ...OPTIONS,
  ...FRAMES,
];
