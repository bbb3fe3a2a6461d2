import { resolve } from 'node:path';
import { type Refusal, refusal, refusalText } from './refusal.ts';
import { savedLoaders } from './saved-sdk.ts';
import {
  DEFAULT_SDK,
  type DoubleSdk,
  type LiveSdk,
  OLD_PROFILES,
  type OldProfile,
  PROFILES,
  type Profile,
  type Sdk,
  type TargetFile,
  UPSTREAM,
} from './target.ts';

/** Cache of TikTok's own scripts, below the current folder. */
const CACHE = '.ttq-conformance/sdk';

/** The variable for a mirror of TikTok's scripts. */
const UPSTREAM_OPTION = 'TTQ_SDK_UPSTREAM';

/** An option or environment variable cannot be used. The message is complete: print it without a stack. */
export class OptionError extends Error {
  override name = 'OptionError';
  /** Set if it refuses one target, so that others can still be audited. */
  readonly refusal: Refusal | undefined;

  constructor(why: string | Refusal) {
    super(typeof why === 'string' ? why : refusalText(why));
    this.refusal = typeof why === 'string' ? undefined : why;
  }
}

/**
 * The SDK for a word on the command line or in TTQ_SDK: `double`, one of its profiles, `live`, or the folder of a saved one.
 *
 * @param baseFolder what a relative folder starts from
 * @throws OptionError if it is none of these; a folder must contain i18n/pixel/events.js
 */
export function parseSdk(text: string, baseFolder: string): Sdk {
  const named = namedSdk(text);
  if (named) return named;
  const folder = resolve(baseFolder, text);
  const lack = folderLack(folder);
  if (lack === undefined) return { mode: 'file', folder };
  throw new OptionError(refusal(`sdk-option-no-${lack}`, { sdk: text, folder, profiles: PROFILES }));
}

/** What is missing in the folder of a saved SDK: the folder itself, or i18n/pixel/events.js. Undefined if it is complete. */
export function folderLack(folder: string): 'folder' | 'script' | undefined {
  const loaders = savedLoaders(folder);
  if (loaders === undefined) return 'folder';
  return loaders.length === 0 ? 'script' : undefined;
}

/** The SDK that a target file asks for. `folder`: absolute, that of the file. */
export function sdkOf(choice: TargetFile['sdk'], folder: string): Sdk {
  if (choice === undefined) return DEFAULT_SDK;
  if (typeof choice === 'string') return namedSdk(choice)!;
  switch (choice.mode) {
    case 'double':
      return { ...DEFAULT_SDK, ...choice, profile: profileNamed(choice.profile ?? DEFAULT_SDK.profile) };
    case 'file':
      return { mode: 'file', folder: resolve(folder, choice.folder) };
    case 'live':
      return liveSdk(choice.cache === undefined ? undefined : resolve(folder, choice.cache), choice.upstream);
  }
}

function namedSdk(name: string): DoubleSdk | LiveSdk | undefined {
  if (name === 'double') return DEFAULT_SDK;
  if (name === 'live') return liveSdk();
  return isProfile(name) ? { ...DEFAULT_SDK, profile: profileNamed(name) } : undefined;
}

function isProfile(name: string): name is Profile | OldProfile {
  return [...PROFILES, ...Object.keys(OLD_PROFILES)].includes(name);
}

const noticed = new Set<string>();

/** The profile for a name; for an old name with a notice, once in a process and not in the workers of a run. */
function profileNamed(name: Profile | OldProfile): Profile {
  if (!Object.hasOwn(OLD_PROFILES, name)) return name as Profile;
  const profile = OLD_PROFILES[name as OldProfile];
  if (!noticed.has(name) && process.env.TEST_WORKER_INDEX === undefined)
    console.error(`The SDK profile "${name}" is now called "${profile}". Write "${profile}" instead.`);
  noticed.add(name);
  return profile;
}

/** @throws OptionError if TTQ_SDK_UPSTREAM, which overrides the target's own, is not an address to fetch scripts from */
function liveSdk(cache = resolve(CACHE), own?: string): LiveSdk {
  const upstream = process.env[UPSTREAM_OPTION] || own;
  if (upstream === undefined) return { mode: 'live', cache, refresh: false };
  if (UPSTREAM.test(upstream)) return { mode: 'live', cache, refresh: false, upstream };
  throw new OptionError(
    `${UPSTREAM_OPTION}: found ${JSON.stringify(upstream)}; wanted an address such as https://mirror.example, or ` +
      'http://127.0.0.1:8080 on this machine.',
  );
}
