/** The policy, passed as an argument. */
declare const TTQ_POLICY: string;

/**
 * Puts the policy first in the head, where it applies from then on: before the first script, since the parser lets observers run
 * ahead of each. A header would do the same, but a modified answer no longer comes from the site's address, and the browser then
 * forbids its page requests to the local network.
 */
const observer = new MutationObserver(add);

// The empty page at the end of a visit is not the site's.
if (/^https?:/.test(location.protocol)) {
  observer.observe(document, { childList: true, subtree: true });
  add();
}

function add(): void {
  if (!document.head) return;
  observer.disconnect();
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = TTQ_POLICY;
  document.head.prepend(meta);
}
