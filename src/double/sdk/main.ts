import { guarded } from './console.ts';
import { type Mounted, mount } from './mount.ts';
import { readScript } from './script.ts';

/** Where the window keeps what is mounted on it, by the global's name. A symbol: no script of a page trips over it. */
const KEY = Symbol.for('ttq-conformance.sdk');

/** Mounts at the first events.js of a window; each further one only adds its pixel. */
function start(): void {
  const { global, pixel } = readScript();
  const mounted = mountedGlobals();
  const existing = mounted[global];
  if (existing === undefined) mounted[global] = mount(global, pixel);
  else existing.add(pixel);
}

function mountedGlobals(): Record<string, Mounted | undefined> {
  const holder = window as unknown as Record<symbol, Record<string, Mounted | undefined> | undefined>;
  if (holder[KEY] === undefined) Object.defineProperty(window, KEY, { value: Object.create(null) });
  return holder[KEY]!;
}

guarded(start)();
