import type { ConsentRecord } from '../evidence/evidence.ts';
import { firstLine } from '../recorder/errors.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Tab } from '../recorder/tabs.ts';
import { TRAITS } from '../target/scenarios.ts';
import type { ConsentSteps, Step } from '../target/target.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import { perform, stepRecord } from './steps.ts';
import type { Visit } from './visit.ts';

const ANSWERS: Record<keyof ConsentSteps, ConsentRecord['answer']> = {
  grant: 'granted',
  deny: 'denied',
  withdraw: 'withdrawn',
};

/** Answers the banner on the first page, if the scenario requires it; without a banner there is nothing to answer. */
export async function answerOnLanding(visit: Visit): Promise<void> {
  const { consent } = TRAITS[visit.plan.scenario];
  if (consent === 'late' || consent === 'ignore') return;
  if (consent === 'deny') return answerBanner('deny', visit);
  await answerBanner('grant', visit);
  if (consent === 'withdraw') await answerBanner('withdraw', visit);
}

/** Does the target's steps for an answer, and records it at the last step that acts, which is the one that counts. */
export async function answerBanner(answer: keyof ConsentSteps, visit: Visit): Promise<void> {
  const { recorder, tab } = visit;
  const { recording, target } = recorder;
  const steps = target.consent?.[answer] ?? [];
  if (steps.length === 0 || recording.problem) return;
  let current: number | undefined;
  try {
    await giveAnswer(answer, visit, async (note) => {
      const deciding = decidingStep(steps);
      for (const [index, step] of steps.entries()) {
        current = index;
        await perform(step, tab, recorder, index === deciding ? { beforehand: note } : {});
      }
      current = undefined;
    });
  } catch (error) {
    if (current === undefined) throw error;
    recording.fail('consent-step', {
      answer,
      index: current + 1,
      of: steps.length,
      step: stepRecord(steps[current]!).text,
      page: tab.page.url(),
      error: firstLine(error),
    });
  }
}

/**
 * Makes the visitor answer the banner, and records it.
 *
 * @param give gives the answer, and records it just before; if it fails, no answer was given
 */
export async function giveAnswer(
  answer: keyof ConsentSteps,
  { recorder, tab }: Pick<Visit, 'recorder' | 'tab'>,
  give: (note: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { consent } = recorder.recording;
  // The page's earlier calls, and the cookies they set, belong to the time before the answer.
  await recorder.settle();
  const before = consent.length;
  try {
    await give(() => noteAnswer(ANSWERS[answer], recorder, tab));
  } catch (error) {
    consent.splice(before);
    throw error;
  }
  await tab.navigation.sync();
  // A pixel that a grant has not brought in by now has had more time than on a new page.
  if (answer !== 'grant' || (await recorder.pixelShows(tab))) recorder.awaitPixelAnew(tab);
  await recorder.settle();
}

/** Index of the step that gives the answer: waiting for something afterwards does not count. */
function decidingStep(steps: readonly Step[]): number {
  const acting = steps.findLastIndex((step) => !('waitFor' in step || 'wait' in step));
  return acting < 0 ? steps.length - 1 : acting;
}

/** Records an answer that is about to be given: everything sent and every cookie set until then belongs to the time before it. */
async function noteAnswer(
  answer: ConsentRecord['answer'],
  { recording, context, tabs }: Recorder,
  { page }: Tab,
): Promise<void> {
  const cookies = (await context.cookies()).map(({ name }) => name).filter(isTikTokCookie);
  const document = recording.mainDocument(tabs.of(page).tab)?.id;
  recording.consent.push({ at: recording.at(), answer, cookies, ...(document ? { document } : {}) });
}
