import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baseCode } from '../../../src/drift/base-code.ts';
import { document } from '../capture/site.ts';

export const PIXEL = 'CTEST000000000000001';

/** Loads the pixel once: `pixel()` is what a page does when it may. */
const MAY = baseCode(
  `window.pixel = () => { if (window.loaded) return; window.loaded = true; ttq.load('${PIXEL}'); ttq.page(); };`,
);

/** Pages by path. Those of real tools run the tool's own client; those of tools that are loaded from a server are imitations. */
export type Banner = Record<string, string>;

const vanilla = (file: string) =>
  readFileSync(fileURLToPath(new URL(file, import.meta.resolve('vanilla-cookieconsent'))), 'utf8');

/** Its texts are in a language whose button labels are not known. */
export const VANILLA: Banner = {
  '/cc.js': vanilla('./cookieconsent.umd.js'),
  '/': document(
    `${MAY}<style>${vanilla('./cookieconsent.css')}</style><script src="/cc.js"></script><script>addEventListener('DOMContentLoaded', () => CookieConsent.run({
      categories: { necessary: { enabled: true, readOnly: true }, marketing: {} },
      onConsent: () => { if (CookieConsent.acceptedCategory('marketing')) pixel(); },
      language: { default: 'pl', translations: { pl: {
        consentModal: { title: 'Ciasteczka', acceptAllBtn: 'Zgoda', acceptNecessaryBtn: 'Bez zgody' },
        preferencesModal: { sections: [] } } } },
    }));</script>`,
  ),
};

/** How an answer is stored, and its effect. */
const kept = (cookie: string, granted: string) => `<script>{
  const hide = () => document.querySelector('[role=dialog]').remove();
  window.answer = (said) => { document.cookie = '${cookie}=' + said + '; path=/'; hide(); act(said); };
  const act = (said) => { if (said === '${granted}') pixel(); };
  const said = new RegExp('${cookie}=([^;]*)').exec(document.cookie)?.[1];
  if (said) { hide(); act(said); }
}</script>`;

/** The markup of OneTrust's banner, in its own language. `onRefusal`: the value stored on refusal. */
export const oneTrust = (onRefusal = 'no'): Banner => ({
  '/': document(
    MAY,
    `<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" role="dialog">
      <button id="onetrust-accept-btn-handler" onclick="answer('yes')">Zgoda</button>
      <button id="onetrust-reject-all-handler" onclick="answer('${onRefusal}')">Bez zgody</button>
    </div></div>${kept('OptanonConsent', 'yes')}`,
  ),
});

/**
 * The markup of Cookiebot's current banner, whose grant button autoconsent does not know. `onGrant`: the value stored on grant.
 */
export const cookiebot = (onGrant = 'yes'): Banner => ({
  '/': document(
    MAY,
    `<script>window.Cookiebot = { hasResponse: false, dialog: { visible: true }, withdraw() {}, hide() {} };</script>
    <div id="CybotCookiebotDialog" role="dialog">
      <button id="CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll" onclick="answer('no')">Deny</button>
      <button id="CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll" onclick="answer('${onGrant}')">Allow all</button>
    </div>${kept('CookieConsent', 'yes')}`,
  ),
});

/** Not made by a known tool. */
export const OWN: Banner = {
  '/': document(
    MAY,
    `<div role="dialog"><button onclick="answer('yes')">Accept all</button>
    <button onclick="answer('no')">Reject all</button></div>${kept('own', 'yes')}`,
  ),
};

/** It hides itself, and is shown again on the next page. */
export const FORGETFUL: Banner = {
  '/': document(
    `${MAY}<script>pixel();</script>`,
    `<div role="dialog"><button onclick="this.parentNode.remove()">Accept all</button></div>`,
  ),
};
