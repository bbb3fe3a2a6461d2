import type { DoubleSdk } from '../../target/target.ts';
import { bundle } from '../bundle.ts';
import type { Script, ScriptSource } from './script.ts';

/** The stand-in SDK of this project: see ../sdk/. */
export class StandIn implements ScriptSource {
  private readonly sdk: string;

  constructor(_options: DoubleSdk) {
    this.sdk = bundle(new URL('../sdk/main', import.meta.url));
  }

  async get(url: URL): Promise<Script | undefined> {
    switch (url.pathname) {
      case '/i18n/pixel/events.js':
        return { body: serveSdk(this.sdk, url.href) };
      case '/i18n/pixel/sdk.js': // the loader of 2020: still pasted, answers nothing today
      case '/i18n/pixel/enable_cookie':
      case '/i18n/pixel/disable_cookie':
        return { body: '' };
      default:
        return undefined;
    }
  }
}

/**
 * Hands the script its own URL without leaving a global behind. The script prefers document.currentScript.src, which is
 * missing when a page fetches the text and runs it itself.
 */
function serveSdk(sdk: string, url: string): string {
  return `(function (TTQ_SCRIPT_URL) {\n${sdk}})(${JSON.stringify(url)});\n`;
}
