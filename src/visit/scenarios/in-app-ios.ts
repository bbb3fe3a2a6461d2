import { devices } from '@playwright/test';
import type { Scenario } from './scenario.ts';

const { defaultBrowserType: _webkit, ...phone } = devices['iPhone 14']!;

export const inAppIos: Scenario = {
  name: 'in-app-ios',
  changes: 'As in-app, with the viewport and the user agent of an iPhone; the browser is still Chromium.',
  context: {
    ...phone,
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 ' +
      'musical_ly_36.4.0 JsSdk/2.0 Region/US ByteLocale/en BytedanceWebview/d8a21c6',
  },
  script: 'in-app',
};
