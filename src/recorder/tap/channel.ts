import { TAP_URL, type TapMessage } from '../tap-message.ts';

/** Kept before the page can replace them. */
const { stringify } = JSON;
const sendBeacon = navigator.sendBeacon?.bind(navigator);

/**
 * The way out of the page: through the binding, or, from a document that is being left, by a beacon. Each message has a number,
 * because beacons do not arrive in order.
 */
export function openChannel(binding: (text: string) => Promise<void>): (message: TapMessage) => void {
  // Not of the window: that of an empty pop-up goes on as the window of its first page.
  let left: Document | undefined;
  let sent = 0;
  // First of its listeners on the window, so that the page's own are behind it.
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
  return (message) => {
    sent += 1;
    const text = stringify(Object.assign(Object.create(null), message, { sequence: sent }));
    if (left === document && sendBeacon) sendBeacon(TAP_URL, text);
    else natively(() => void binding(text));
  };
}

/** The binding's own machinery serialises with the page's JSON, which the page may have replaced or extended. */
function natively(run: () => void): void {
  const replaced = JSON.stringify;
  const toJSON = Object.getOwnPropertyDescriptor(Array.prototype, 'toJSON');
  if (replaced === stringify && !toJSON) {
    run();
    return;
  }
  Reflect.set(JSON, 'stringify', stringify);
  Reflect.deleteProperty(Array.prototype, 'toJSON');
  try {
    run();
  } finally {
    Reflect.set(JSON, 'stringify', replaced);
    if (toJSON) Reflect.defineProperty(Array.prototype, 'toJSON', toJSON);
  }
}
