/** The policy, handed in as an argument. */
declare const TTQ_POLICY: string;

/**
 * Puts the policy first into the head, where it counts from then on: before the first script, since the parser lets observers run
 * ahead of each. A header would do the same, but an answer that is changed on its way no longer comes from the site's address, and
 * the browser keeps such a page from asking hosts of the local network for anything.
 */
const observer = new MutationObserver(add);

// The empty page that a visit ends with is not the site's.
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
