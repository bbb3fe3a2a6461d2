import { createHash, randomUUID } from 'node:crypto';
import type { DoubleSdk } from '../../target/target.ts';
import { PIXEL_HOST, SDK_ROOT } from '../../tiktok/hosts.ts';
import { bundle } from '../bundle.ts';
import type { LoaderSettings, MainSettings } from '../sdk/settings.ts';
import type { Script, ScriptSource } from './script.ts';

const PIXEL_ID = /^[A-Z0-9]{20}$/;

/** This project's stand-in SDK, in three scripts like the real one: see ../sdk/. */
export class StandIn implements ScriptSource {
  private readonly options: DoubleSdk;
  private readonly loader = program('loader');
  private readonly main: string;
  private readonly mainPath: string;
  private readonly identify = program('identify');
  private readonly identifyPath: string;

  constructor(options: DoubleSdk) {
    this.options = options;
    const { profile } = options;
    this.identifyPath = `static/identify_${createHash('sha256').update(this.identify).digest('hex').slice(0, 8)}.js`;
    this.mainPath = `static/main.${Buffer.from(profile).toString('base64url')}.js`;
    this.main = handed<MainSettings>(program('main'), { profile, identify: urlOf(this.identifyPath) });
  }

  async get(url: URL): Promise<Script | undefined> {
    switch (url.pathname.slice(SDK_ROOT.length)) {
      case 'events.js':
        return { body: handed(this.loader, this.settingsFor(url.searchParams.get('sdkid')?.trim() ?? '')) };
      case this.mainPath:
        return { body: this.main };
      case this.identifyPath:
        return { body: this.identify };
      case 'sdk.js': // the loader of 2020: still pasted, answers nothing today
      case 'enable_cookie':
      case 'disable_cookie':
        return { body: '' };
      default:
        return undefined;
    }
  }

  private settingsFor(pixel: string): LoaderSettings {
    const { firstPartyCookies, automaticMatching } = this.options;
    return {
      pixel,
      // Every well-formed id counts as known.
      known: PIXEL_ID.test(pixel),
      firstPartyCookies,
      automaticMatching,
      main: urlOf(this.mainPath),
      loadId: randomUUID(),
      serverId: randomUUID(),
    };
  }
}

function program(name: 'loader' | 'main' | 'identify'): string {
  return bundle(new URL(`../sdk/${name}`, import.meta.url));
}

function urlOf(path: string): string {
  return `https://${PIXEL_HOST}${SDK_ROOT}${path}`;
}

/** Passes its settings to a script as an argument, so that nothing of ours is left on the page. */
function handed<T extends LoaderSettings | MainSettings>(script: string, settings: T): string {
  return `(function (TTQ_SETTINGS) {\n${script}})(${JSON.stringify(settings)});\n`;
}
