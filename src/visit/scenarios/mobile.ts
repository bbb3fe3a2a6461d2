import { devices } from '@playwright/test';
import type { Scenario } from './scenario.ts';

const { defaultBrowserType: _chromium, ...phone } = devices['Pixel 7']!;

export const mobile: Scenario = {
  name: 'mobile',
  changes: 'The browser is that of a phone: a small viewport, touch, and its user agent.',
  context: phone,
};
