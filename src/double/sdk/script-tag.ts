interface WorkerScope {
  DedicatedWorkerGlobalScope?: abstract new () => unknown;
  importScripts?: (url: string) => void;
}

/** Worker sandboxes run the SDK in a worker that looks like a window. */
export function isWorker(): boolean {
  const { DedicatedWorkerGlobalScope: Scope } = self as WorkerScope;
  return Scope !== undefined && self instanceof Scope;
}

/**
 * Loads a script of the SDK before the first one of the page, as the base code does.
 *
 * @param tries how often it is requested before `failed` is called
 */
export function insertScript(url: string, { tries = 1, pixel = '', failed = () => {} } = {}): void {
  if (isWorker()) {
    (self as WorkerScope).importScripts?.(url);
    return;
  }
  const script = document.createElement('script');
  script.type = 'text/javascript';
  script.async = true;
  script.src = url;
  if (pixel) script.setAttribute('data-id', pixel);
  script.onerror = () => (tries > 1 ? insertScript(url, { tries: tries - 1, pixel, failed }) : failed());
  const [first] = document.getElementsByTagName('script');
  first?.parentNode?.insertBefore(script, first);
}
