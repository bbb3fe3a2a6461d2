/** How to get a visit past a login, in terms of the target file. */
export const BEGIN_LOGGED_IN =
  'if it is the login of a staging site, start each visit logged in, with "setup" or "storageState" in the target file';

/** Whether a URL looks like a login page. */
export function isLogin(url: string): boolean {
  const page = URL.parse(url);
  return page !== null && LOGIN.test(`${page.hostname}${page.pathname}`);
}

const LOGIN = /(^|[./_-])(log[-_]?in|sign[-_]?in|sso|auth|authorize|oauth2?|password|anmelden)([./_-]|$)/i;
