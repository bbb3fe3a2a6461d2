import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baseCode } from '../../../src/drift/base-code.ts';
import { document } from '../capture/site.ts';

export const PIXEL = 'CTEST000000000000001';

/** Loads the pixel once: `pixel()` is what a page does when it may. */
const MAY = baseCode(
  `window.pixel = () => { if (window.loaded) return; window.loaded = true; ttq.load('${PIXEL}'); ttq.page(); };`,
);

/** Pages by path. Those of real tools run the tool's own client; those of tools that come from a server are built like these. */
export type Banner = Record<string, string>;

const vanilla = (file: string) =>
  readFileSync(fileURLToPath(new URL(file, import.meta.resolve('vanilla-cookieconsent'))), 'utf8');

/** Its texts are of no language that buttons are known in. */
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

/** What an answer is kept in, and what follows from it. */
const kept = (cookie: string, granted: string) => `<script>{
  const hide = () => document.querySelector('[role=dialog]').remove();
  window.answer = (said) => { document.cookie = '${cookie}=' + said + '; path=/'; hide(); act(said); };
  const act = (said) => { if (said === '${granted}') pixel(); };
  const said = new RegExp('${cookie}=([^;]*)').exec(document.cookie)?.[1];
  if (said) { hide(); act(said); }
}</script>`;

/** The markup of OneTrust's banner, in a language of its own. `onRefusal`: what the answer that refuses is kept as. */
export const oneTrust = (onRefusal = 'no'): Banner => ({
  '/': document(
    MAY,
    `<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" role="dialog">
      <button id="onetrust-accept-btn-handler" onclick="answer('yes')">Zgoda</button>
      <button id="onetrust-reject-all-handler" onclick="answer('${onRefusal}')">Bez zgody</button>
    </div></div>${kept('OptanonConsent', 'yes')}`,
  ),
});

/** That of Cookiebot's present banner, of whose button that grants autoconsent does not know. `onGrant`: what that answer is kept as. */
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

/** Of no tool that is known. */
export const OWN: Banner = {
  '/': document(
    MAY,
    `<div role="dialog"><button onclick="answer('yes')">Accept all</button>
    <button onclick="answer('no')">Reject all</button></div>${kept('own', 'yes')}`,
  ),
};

/** It hides itself, and is there again on the next page. */
export const FORGETFUL: Banner = {
  '/': document(
    `${MAY}<script>pixel();</script>`,
    `<div role="dialog"><button onclick="this.parentNode.remove()">Accept all</button></div>`,
  ),
};
