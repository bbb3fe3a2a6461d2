import { resolve } from 'node:path';
import { savedLoaders } from './saved-sdk.ts';
import {
  DEFAULT_SDK,
  type DoubleSdk,
  type LiveSdk,
  PROFILES,
  type Profile,
  type Sdk,
  type TargetFile,
} from './target.ts';

/** Where TikTok's own scripts are kept, below the current folder. */
const CACHE = '.ttq-conformance/sdk';

/** What was asked for on the command line or in the environment cannot be done. The message is whole: print it without a stack. */
export class OptionError extends Error {
  override name = 'OptionError';
}

/**
 * The SDK that a word on the command line or in TTQ_SDK stands for: `double`, one of its profiles, `live`, or the folder of
 * a saved one.
 *
 * @param baseFolder what a relative folder starts from
 * @throws OptionError if it stands for none; a folder has to hold i18n/pixel/events.js
 */
export function parseSdk(text: string, baseFolder: string): Sdk {
  const named = namedSdk(text);
  if (named) return named;
  const folder = resolve(baseFolder, text);
  const problem = folderProblem(folder);
  if (problem === undefined) return { mode: 'file', folder };
  throw new OptionError(
    `The SDK ${JSON.stringify(text)} cannot be used: ${problem}; wanted double, ${PROFILES.join(', ')}, live, ` +
      'or a folder with a saved SDK in it, laid out by URL path. docs/target.md describes them.',
  );
}

/** What is wrong with the folder of a saved SDK: what was found there. Undefined where it holds one. */
export function folderProblem(folder: string): string | undefined {
  const loaders = savedLoaders(folder);
  if (loaders === undefined) return `found no folder ${folder}`;
  return loaders.length === 0 ? `found no i18n/pixel/events.js in ${folder}` : undefined;
}

/** The SDK that a target file asks for. `folder`: absolute, that of the file. */
export function sdkOf(choice: TargetFile['sdk'], folder: string): Sdk {
  if (choice === undefined) return DEFAULT_SDK;
  if (typeof choice === 'string') return namedSdk(choice)!;
  switch (choice.mode) {
    case 'double':
      return { ...DEFAULT_SDK, ...choice };
    case 'file':
      return { mode: 'file', folder: resolve(folder, choice.folder) };
    case 'live':
      return liveSdk(choice.cache === undefined ? undefined : resolve(folder, choice.cache));
  }
}

function namedSdk(name: string): DoubleSdk | LiveSdk | undefined {
  if (name === 'double') return DEFAULT_SDK;
  if (name === 'live') return liveSdk();
  if ((PROFILES as readonly string[]).includes(name)) return { ...DEFAULT_SDK, profile: name as Profile };
  return undefined;
}

function liveSdk(cache = resolve(CACHE)): LiveSdk {
  return { mode: 'live', cache, refresh: false };
}
