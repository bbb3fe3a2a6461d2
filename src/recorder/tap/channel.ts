import { TAP_URL, type TapMessage } from '../tap-message.ts';

/** Saved before the page can replace them. */
const { stringify } = JSON;
const sendBeacon = navigator.sendBeacon?.bind(navigator);
const soon = queueMicrotask.bind(window);

/**
 * Messages of a document that are sent one by one, at once, so that even a page that hangs on the next line has reported them.
 * Further ones are batched, as a call of the binding costs as much as a hundred messages.
 */
const ONE_BY_ONE = 100;
/** Most messages in a batch. */
const TOGETHER = 500;

/**
 * The way out of the page: the binding or, from a document that is being left, a beacon. Messages are numbered, because beacons
 * do not arrive in order.
 */
export function openChannel(binding: (text: string) => void): (message: TapMessage) => void {
  // The document, not the window: an empty pop-up's window is reused for its first page.
  let left: Document | undefined;
  let sent = 0;
  // The first listener on the window, so that the page's own run after it.
  addEventListener(
    'pagehide',
    () => {
      left = document;
    },
    { capture: true },
  );
  addEventListener(
    'pageshow',
    () => {
      left = undefined;
    },
    { capture: true },
  );
  // A text, since the page may have replaced the methods of arrays.
  let waiting = '';
  let count = 0;
  const flush = () => {
    const text = `[${waiting}]`;
    if (count > 0) natively(() => void binding(text));
    waiting = '';
    count = 0;
  };
  return (message) => {
    sent += 1;
    const text = natively(() => stringify(Object.assign(Object.create(null), message, { sequence: sent })));
    if (left === document && sendBeacon) sendBeacon(TAP_URL, text);
    else if (sent <= ONE_BY_ONE) natively(() => void binding(text));
    else {
      waiting += count === 0 ? text : `,${text}`;
      count += 1;
      if (count === 1) soon(flush);
      if (count >= TOGETHER) flush();
    }
  };
}

/**
 * Messages and the binding itself use the page's JSON, which the page may have replaced or extended: old libraries make lists
 * serialise as texts.
 */
function natively<T>(run: () => T): T {
  const replaced = JSON.stringify;
  const ofArrays = Object.getOwnPropertyDescriptor(Array.prototype, 'toJSON');
  const ofObjects = Object.getOwnPropertyDescriptor(Object.prototype, 'toJSON');
  if (replaced === stringify && !ofArrays && !ofObjects) return run();
  Reflect.set(JSON, 'stringify', stringify);
  Reflect.deleteProperty(Array.prototype, 'toJSON');
  Reflect.deleteProperty(Object.prototype, 'toJSON');
  try {
    return run();
  } finally {
    Reflect.set(JSON, 'stringify', replaced);
    if (ofArrays) Reflect.defineProperty(Array.prototype, 'toJSON', ofArrays);
    if (ofObjects) Reflect.defineProperty(Object.prototype, 'toJSON', ofObjects);
  }
}
