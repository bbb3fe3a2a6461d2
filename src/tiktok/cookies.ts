/** First-party cookies that the SDK writes (measured on builds of 2024 to 2026). Their values are random, not personal. */
const OWN = /^(_ttp|_tt_enable_cookie|ttclid|ttcsid\w*)$/;

/** Whether a cookie is the SDK's own. */
export function isTikTokCookie(name: string): boolean {
  return OWN.test(name);
}
