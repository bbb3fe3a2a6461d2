import { ELSEWHERE, type Probe, SHOP } from '../probe.ts';

const ID = 'E.C.P.drift-1234567890';
const seen = `ttq.track('Clicked');`;

/** Where the click id is found. */
export const CLICK_ID: Probe[] = [
  { name: 'click-id/url', about: 'ttclid of the URL.', path: `/?ttclid=${ID}`, calls: seen },
  {
    name: 'click-id/case',
    about: 'The name of the parameter is case-sensitive.',
    path: `/?TTCLID=${ID}`,
    calls: seen,
  },
  {
    name: 'click-id/twice',
    about: 'Of two parameters, the last one counts.',
    path: '/?ttclid=first&ttclid=last',
    calls: seen,
  },
  { name: 'click-id/empty', about: 'An empty parameter.', path: '/?ttclid=', calls: seen },
  {
    name: 'click-id/hash',
    about: 'ttclid in the hash, behind another parameter.',
    path: `/#a=b&ttclid=${ID}`,
    calls: seen,
  },
  { name: 'click-id/hash-first', about: 'ttclid right behind the #.', path: `/#ttclid=${ID}`, calls: seen },
  {
    name: 'click-id/referrer',
    about: 'ttclid of a referrer on the same site.',
    referer: `https://www.shop.example/from?ttclid=${ID}`,
    calls: seen,
  },
  {
    name: 'click-id/url-before-referrer',
    about: "The page's own URL takes precedence over the referrer.",
    path: `/?ttclid=${ID}`,
    referer: 'https://www.shop.example/from?ttclid=other',
    calls: seen,
  },
  {
    name: 'click-id/foreign-referrer',
    about: "For another site's referrer, the browser reveals only the origin.",
    origin: ELSEWHERE,
    path: `/from?ttclid=${ID}`,
    head: '<title>Elsewhere</title>',
    body: `<a href="${SHOP}/landing">go</a>`,
    calls: seen,
    pages: { '/landing': '<!--ttq-->' },
    steps: [{ click: 'a' }, { waitFor: 'Clicked' }],
  },
  {
    name: 'click-id/kept',
    about: "A value kept in the tab's session takes precedence over a new one in the URL.",
    path: '/?ttclid=E.C.P.first',
    calls: seen,
    pages: { '/second': '<!--ttq-->' },
    steps: [
      { waitFor: 'Clicked' },
      { goto: '/second?ttclid=E.C.P.second' },
      { waitFor: 'Clicked', count: 2 },
    ],
  },
  {
    name: 'click-id/kept-without-parameter',
    about: 'The stored value is used for a URL without one.',
    path: `/?ttclid=${ID}`,
    calls: seen,
    pages: { '/second': '<!--ttq-->' },
    steps: [{ waitFor: 'Clicked' }, { goto: '/second' }, { waitFor: 'Clicked', count: 2 }],
  },
  {
    name: 'click-id/never-from-cookie',
    about: 'The cookie is not read back.',
    before: `<script>document.cookie = 'ttclid=E.C.P.cookie; path=/';</script>`,
    calls: seen,
  },
  {
    name: 'click-id/router-drops-it',
    about: 'A router that cleans the URL before the SDK comes loses it.',
    path: `/?ttclid=${ID}`,
    before: `<script>history.replaceState({}, '', '/');</script>`,
    calls: seen,
  },
];
