import { guarded } from './console.ts';
import { mount } from './mount.ts';
import { findTtq } from './ttq.ts';

/** main: mounts the SDK. Each events.js asks for it anew; a second one only takes in the pixel that was added. */
guarded(() => {
  const ttq = findTtq();
  if (ttq?._container) ttq._container.replay();
  else if (ttq) mount(ttq);
})();
