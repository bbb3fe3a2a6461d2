import type { Scenario } from './scenario.ts';

export const cookiesLimited: Scenario = {
  name: 'cookies-limited',
  changes:
    'The visitor arrives by the first click URL, with a browser in which cookies set by scripts expire after at most a day, as in ' +
    "Safari after an ad click, and TikTok's `_ttp` is refused.",
  script: 'limit-cookies',
};
