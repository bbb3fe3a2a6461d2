/** Global Privacy Control as a script sees it; the header is the browser context's. Source: W3C, Global Privacy Control. */
Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {
  configurable: true,
  enumerable: true,
  get: () => true,
});
