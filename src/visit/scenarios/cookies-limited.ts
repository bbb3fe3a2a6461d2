import type { Scenario } from './scenario.ts';

export const cookiesLimited: Scenario = {
  name: 'cookies-limited',
  changes:
    'The visitor comes by the first click URL, with a browser in which cookies that scripts write live a day at most, as in ' +
    "Safari after an ad click, and TikTok's `_ttp` is refused.",
  script: 'limit-cookies',
};
