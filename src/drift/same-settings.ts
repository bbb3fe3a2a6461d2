import type { Script, ScriptSource } from '../double/scripts/script.ts';
import { LOADER_PATH } from '../target/saved-sdk.ts';

/** The settings of the probes' pixels, whatever pixel a loader was made for: the stand-in's defaults. */
const SETTINGS: [name: string, value: string][] = [
  ['firstPartyCookieEnabled', 'true'],
  ['DiagnosticsConsole', 'true'],
  ['AutoAdvancedMatching', 'null'],
];

/** Gives the loaders of a real build the same settings, so that only the builds differ. */
export class SameSettings implements ScriptSource {
  private readonly source: ScriptSource;

  constructor(source: ScriptSource) {
    this.source = source;
  }

  async get(url: URL, headers?: Record<string, string>): Promise<Script | undefined> {
    const script = await this.source.get(url, headers);
    if (script === undefined || url.pathname !== LOADER_PATH) return script;
    return { ...script, body: withSettings(script.body.toString()) };
  }
}

/** A loader with the settings of the probes, if it has settings: in JSON, or in a minified object. */
export function withSettings(loader: string): string {
  return SETTINGS.reduce(
    (text, [name, value]) =>
      text.replace(
        new RegExp(`((["']?)\\b${name}\\2\\s*:\\s*)(true|false|null|!0|!1|\\{[^{}]*\\})`, 'g'),
        `$1${value}`,
      ),
    loader,
  );
}
