import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { type Problem, type ProblemArgs, problem } from '../evidence/problem.ts';
import { firstLine } from '../recorder/errors.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Session } from '../recorder/session.ts';
import { RUN_KEY, readSealed, writeSealed } from '../target/run-file.ts';
import type { StorageState, Target } from '../target/target.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import { noteSiteProblem } from './site-problem.ts';
import { absolute, perform, stepRecord } from './steps.ts';
import { openTab } from './visit.ts';
import { asVisitor } from './visitor.ts';

/** The result of each target's setup in this process, by the folder of the target's log. */
const made = new Map<string, Promise<StorageState | Problem>>();

/**
 * The target with the state that its `setup` leaves, in which each visit begins; or why the setup failed, which then breaks every
 * visit of the target. It is done once in a run, or once in each process if several start at the same time.
 *
 * @param logs folder of the target's log in this run
 */
export async function afterSetup(
  session: Session,
  target: Target,
  logs: string,
): Promise<{ target: Target } | { problem: Problem }> {
  if (target.setup.length === 0) return { target };
  const making = made.get(logs) ?? known(session, target, logs);
  made.set(logs, making);
  const state = await making;
  return 'code' in state ? { problem: state } : { target: { ...target, storageState: state } };
}

async function known(session: Session, target: Target, logs: string): Promise<StorageState | Problem> {
  const earlier = readSealed(logs, STATE, process.env[RUN_KEY]);
  if (earlier !== undefined) return earlier as StorageState;
  const state = await setUp(session, target, logs);
  if (!isStopped(state)) {
    writeSealed(logs, STATE, process.env[RUN_KEY], state);
    return state;
  }
  // So that other processes need not try it.
  noteSiteProblem(logs, 'setup-step', state);
  return problem('setup-step', state);
}

const STATE = 'setup-state';

/** Where the setup stopped. */
type Stopped = ProblemArgs<'setup-step'>;

function isStopped(state: StorageState | Stopped): state is Stopped {
  return 'step' in state;
}

/** Does the steps like those of a visit, behind the same doors, but keeps no evidence. */
function setUp(session: Session, target: Target, logs: string): Promise<StorageState | Stopped> {
  return asVisitor(
    { session, target, logs, journey: 'setup' },
    async (recorder, context) => (await follow(recorder)) ?? withoutOurs(await context.storageState()),
    { awaitsPixel: false },
  );
}

/** Does the steps; returns why one could not be done. */
async function follow(recorder: Recorder): Promise<Stopped | undefined> {
  const { target, recording } = recorder;
  const tab = await openTab(recorder);
  const { setup: steps } = target;
  const [first] = steps;
  const at = (index: number, error: unknown): Stopped => ({
    index: index + 1,
    of: steps.length,
    step: stepRecord(steps[index]!).text,
    page: tab.page.url(),
    error: firstLine(error),
  });
  try {
    // Without a page there is nothing to act on.
    if (first && !('goto' in first))
      await tab.page.goto(absolute('/', target), { timeout: target.timeouts.step });
  } catch (error) {
    return at(0, error);
  }
  for (const [index, step] of steps.entries()) {
    try {
      await perform(step, tab, recorder);
      await tab.navigation.sync();
    } catch (error) {
      return at(index, error);
    }
    if (recording.problem) return at(index, new Error(recording.problem.message));
  }
  await recorder.settle();
  return undefined;
}

/** A visitor starts logged in, but unknown to the pixel. */
function withoutOurs({ cookies, origins }: StorageState): StorageState {
  return { cookies: cookies.filter(({ name }) => name !== VISIT_COOKIE && !isTikTokCookie(name)), origins };
}
