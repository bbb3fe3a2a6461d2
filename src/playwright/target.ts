import { dayOf } from '../report/day.ts';
import { RULES } from '../rules/index.ts';
import { TargetError, targetIn } from '../target/load.ts';
import { optionsIn } from '../target/options.ts';
import { told } from '../target/refusal.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target, TargetFile } from '../target/target.ts';
import { policyProblems } from '../verdict/policy.ts';

/** Fields of a target that the suite itself provides: its tests are the journeys, and its configuration starts the site. */
type OfSuite = '$schema' | 'name' | 'baseURL' | 'journeys' | 'scenarios' | 'clickUrls' | 'consent' | 'server';

/** The option `ttqTarget`: the site under test, as a target file describes it, without what the suite itself provides. */
export interface TtqTarget extends Omit<TargetFile, OfSuite> {
  /** What reports call the site; by default its host. */
  name?: string;
  /** The address of the site; by default Playwright's `baseURL`. */
  baseURL?: string;
}

const OF_SUITE = ['$schema', 'journeys', 'scenarios', 'clickUrls', 'consent', 'server'];

/** The option `ttqTarget` cannot be used. The message says field, found, wanted, and what to do. */
class TtqTargetError extends Error {
  override name = 'TtqTargetError';
}

/**
 * The target that an option describes.
 *
 * @param config path of the configuration file, which folders in the option are relative to
 * @throws TtqTargetError
 */
export function targetOf(option: TtqTarget, baseURL: string | undefined, config: string | undefined): Target {
  const where = option.baseURL ?? baseURL;
  if (where === undefined)
    throw unusable([
      '/baseURL: found nothing; wanted it here, or as baseURL in the configuration of Playwright',
    ]);
  const foreign = Object.keys(option).filter((key) => OF_SUITE.includes(key));
  if (foreign.length > 0)
    throw unusable(
      foreign.map((key) => `/${key}: found a field of target files; the suite has it by itself`),
    );
  if (option.eventsApi?.transport === 'proxy')
    throw unusable([
      '/eventsApi/transport: found "proxy", which an audit alone sets up; wanted "preload", with siteEnvironment() for the webServer, or "server", with eventsApiServer()',
    ]);
  const name = option.name ?? (URL.parse(where)?.host || 'site').replace(/[^\w.-]+/g, '-');
  // A target file needs a journey, and a server for what the suite itself starts.
  const content = {
    ...option,
    name,
    baseURL: where,
    journeys: [{ name: 'test', start: '/' }],
    ...(option.eventsApi ? { server: { command: 'webServer', url: where } } : {}),
    // Tests are known as they run.
    ...(option.waivers ? { waivers: option.waivers.map(({ journey: _, ...waiver }) => waiver) } : {}),
  };
  try {
    const { server: _server, ...target } = targetIn(content, config ?? '', 0, optionsIn(process.env));
    const problems = policyProblems(target, RULES, dayOf());
    if (problems.length > 0) throw unusable(problems.map(told));
    return {
      ...target,
      network: option.network ?? (option.hosts ? 'hermetic' : 'open'),
      journeys: [],
      waivers: option.waivers ?? [],
    };
  } catch (error) {
    if (error instanceof TargetError) throw unusable(error.refusals.map(told));
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
