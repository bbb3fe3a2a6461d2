import type { Sdk } from '../../target/target.ts';
import type { Fetch } from '../fetch.ts';
import { Folder } from './folder.ts';
import { Live } from './live.ts';
import type { ScriptSource } from './script.ts';
import { StandIn } from './stand-in.ts';

/** The SDK scripts for a target. `fetch`: reaches TikTok. */
export function scriptSource(sdk: Sdk, fetch: Fetch = globalThis.fetch): ScriptSource {
  switch (sdk.mode) {
    case 'double':
      return new StandIn(sdk);
    case 'file':
      return new Folder(sdk);
    case 'live':
      return new Live(sdk, fetch);
  }
}
