import { type Problem, problem } from '../evidence/problem.ts';
import type { Session } from '../recorder/session.ts';
import { RUN_KEY, readSealed, writeSealed } from '../target/run-file.ts';
import type { Traits } from '../target/scenarios.ts';
import type { Target } from '../target/target.ts';
import { findAnswers, type Looked } from './explore/answers.ts';
import { absolute } from './steps.ts';

/** How the consent banner is answered in this process, by the folder of the target's log. */
const found = new Map<string, Promise<Looked>>();

const FILE = 'consent-answers';

/**
 * With `"consent": "auto"`, the target with the steps that answer its banner; or why a visitor under a scenario cannot answer it:
 * the tool is not known, nothing closed its banner, or the page does not show that the answer counts. The steps are looked for
 * once in a run, or once in each process if several start at the same time.
 *
 * @param logs folder of the target's log in this run
 */
export async function withAnswers(
  session: Session,
  target: Target,
  { consent }: Pick<Traits, 'consent'>,
  logs: string,
): Promise<{ target: Target } | { problem: Problem }> {
  if (!target.autoConsent) return { target };
  const finding = found.get(logs) ?? known(session, target, logs);
  found.set(logs, finding);
  const { tool, grant, deny, problem: unopened } = await finding;
  if (unopened) return { problem: unopened };
  const page = startOf(target);
  if (tool === undefined) return { problem: problem('consent-unknown', { page }) };
  const isDenied = consent === 'deny';
  const answer = isDenied ? deny : grant;
  const why = answer ? answer.unshown : `nothing was found that ${isDenied ? 'refuses' : 'grants'} consent`;
  // To ignore the banner, there has to be one.
  if (why !== undefined) return { problem: problem('consent-unknown', { page, tool, why }) };
  return {
    target: {
      ...target,
      consent: { ...(grant && { grant: grant.steps }), ...(deny && { deny: deny.steps }) },
    },
  };
}

async function known(session: Session, target: Target, logs: string): Promise<Looked> {
  const earlier = readSealed(logs, FILE, process.env[RUN_KEY]);
  if (earlier !== undefined) return earlier as Looked;
  const answers = await findAnswers({ session, target, start: startOf(target), logs }, ['grant', 'deny']);
  if (!answers.problem) writeSealed(logs, FILE, process.env[RUN_KEY], answers);
  return answers;
}

function startOf(target: Target): string {
  return absolute(target.journeys[0]!.start, target);
}
