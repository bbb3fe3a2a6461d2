import type { Scenario } from './scenario.ts';

export const cookiesLimited: Scenario = {
  name: 'cookies-limited',
  changes:
    'The visitor arrives through the first click URL. Cookies set by scripts expire after at most a day, as in Safari after an ad ' +
    "click, and TikTok's _ttp cookie is refused.",
  script: 'limit-cookies',
};
