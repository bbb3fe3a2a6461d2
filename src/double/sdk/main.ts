import { guarded } from './console.ts';
import { mount } from './mount.ts';
import { findTtq } from './ttq.ts';

/** main: mounts the SDK. Each events.js requests it again; a second one only adds its pixel. */
guarded(() => {
  const ttq = findTtq();
  if (ttq?._container) ttq._container.replay();
  else if (ttq) mount(ttq);
})();
