/** Global Privacy Control for scripts; the browser context sets the header. Source: W3C, Global Privacy Control. */
Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {
  configurable: true,
  enumerable: true,
  get: () => true,
});
