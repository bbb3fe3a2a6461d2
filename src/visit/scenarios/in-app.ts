import { devices } from '@playwright/test';
import type { Scenario } from './scenario.ts';

const { defaultBrowserType: _chromium, ...phone } = devices['Pixel 7']!;

export const inApp: Scenario = {
  name: 'in-app',
  changes:
    "The visitor arrives through the first click URL, in the web view of TikTok's app on an Android phone: its user agent, a small " +
    'viewport and touch, one window for all pages that are opened, and no cookies for frames of other sites. Then a visitor opens the ' +
    "landing page in a phone's browser, which has none of the cookies and storage of the view.",
  context: {
    ...phone,
    userAgent:
      'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/UQ1A.240205.004; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 ' +
      'Chrome/140.0.0.0 Mobile Safari/537.36 trill_2023604040 AppName/trill ByteLocale/en Region/US BytedanceWebview/d8a21c6',
  },
  script: 'in-app',
};
