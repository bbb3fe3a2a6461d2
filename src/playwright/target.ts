import { dayOf } from '../report/day.ts';
import { RULES } from '../rules/index.ts';
import { TargetError, targetIn } from '../target/load.ts';
import { optionsIn } from '../target/options.ts';
import { refusalText } from '../target/refusal.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target, TargetFile } from '../target/target.ts';
import { policyProblems } from '../verdict/policy.ts';

/**
 * Fields of a target that a suite provides itself: its tests are the journeys, and Playwright opens the browsers and starts the
 * site.
 */
const OF_SUITE = [
  '$schema',
  'journeys',
  'scenarios',
  'setup',
  'clickUrls',
  'consentVisits',
  'server',
  'httpCredentials',
  'cookies',
  'storageState',
  'locale',
  'timezone',
  'device',
] as const satisfies readonly (keyof TargetFile)[];
type OfSuite = (typeof OF_SUITE)[number] | 'name' | 'baseURL';

/** The option `ttqTarget`: the site under test, as in a target file, without what the suite provides itself. */
export interface TtqTarget extends Omit<TargetFile, OfSuite | 'consent'> {
  /** How a visitor answers the consent banner. */
  consent?: Exclude<TargetFile['consent'], 'auto'>;
  /** The site's name in reports; by default its host. */
  name?: string;
  /** The address of the site; by default Playwright's `baseURL`. */
  baseURL?: string;
}

/** The option `ttqTarget` cannot be used. The message names field, found, wanted, and what to do. */
class TtqTargetError extends Error {
  override name = 'TtqTargetError';
}

/**
 * The target that an option describes.
 *
 * @param config path of the configuration file, to which folders in the option are relative
 * @throws TtqTargetError
 */
export function targetOf(option: TtqTarget, baseURL: string | undefined, config: string | undefined): Target {
  const where = option.baseURL ?? baseURL;
  if (where === undefined)
    throw unusable([
      '/baseURL: found nothing; wanted it here, or as baseURL in the configuration of Playwright',
    ]);
  const foreign = OF_SUITE.filter((key) => key in option);
  if (foreign.length > 0)
    throw unusable(
      foreign.map((key) => `/${key}: found a field of target files; in a suite, Playwright provides it`),
    );
  // The types forbid it, but a suite may be in JavaScript.
  if ((option.consent as TargetFile['consent']) === 'auto')
    throw unusable([
      '/consent: found "auto", which only an audit can resolve; wanted the steps that answer the banner, which "npx ttq-conformance init" finds',
    ]);
  if (option.eventsApi?.transport === 'proxy')
    throw unusable([
      '/eventsApi/transport: found "proxy", which only an audit sets up; wanted "preload", with siteEnvironment() for the webServer, or "server", with eventsApiServer()',
    ]);
  const name = option.name ?? (URL.parse(where)?.host || 'site').replace(/[^\w.-]+/g, '-');
  // A target file needs a journey, and a server if the suite itself starts one.
  const content = {
    ...option,
    name,
    baseURL: where,
    journeys: [{ name: 'test', start: '/' }],
    ...(option.eventsApi ? { server: { command: 'webServer', url: where } } : {}),
    // Tests and what their visitors do are only known as they run.
    ...(option.waivers
      ? { waivers: option.waivers.map(({ journey: _, scenario: __, ...waiver }) => waiver) }
      : {}),
  };
  try {
    const { server: _server, ...target } = targetIn(content, config ?? '', 0, optionsIn(process.env));
    const problems = policyProblems(target, RULES, dayOf());
    if (problems.length > 0) throw unusable(problems.map(refusalText));
    return {
      ...target,
      network: option.network ?? (option.hosts ? 'hermetic' : 'open'),
      journeys: [],
      waivers: option.waivers ?? [],
    };
  } catch (error) {
    if (error instanceof TargetError) throw unusable(error.refusals.map(refusalText));
    if (error instanceof OptionError) throw unusable([error.message]);
    throw error;
  }
}

function unusable(lines: readonly string[]): TtqTargetError {
  const message = [
    'The option ttqTarget cannot be used:',
    ...lines.map((line) => `  ${line}`),
    'Fix it in the configuration of Playwright or in test.use; docs/target.md describes every field.',
  ].join('\n');
  // The message says everything.
  return Object.assign(new TtqTargetError(message), { stack: `TtqTargetError: ${message}` });
}
