import type { ConsentRecord } from '../evidence/evidence.ts';
import { TRAITS } from '../target/scenarios.ts';
import type { ConsentSteps } from '../target/target.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import { perform, stepRecord } from './steps.ts';
import { firstLine, pixelShows, settlePage, type Visit } from './visit.ts';

const ANSWERS: Record<keyof ConsentSteps, ConsentRecord['answer']> = {
  grant: 'granted',
  deny: 'denied',
  withdraw: 'withdrawn',
};

/** Answers the banner on the first page, where the scenario has the visitor do so; without a banner there is nothing to answer. */
export async function answerOnLanding(visit: Visit): Promise<void> {
  const { consent } = TRAITS[visit.plan.scenario];
  if (consent === 'late') return;
  if (consent === 'deny') return answerBanner('deny', visit);
  await answerBanner('grant', visit);
  if (consent === 'withdraw') await answerBanner('withdraw', visit);
}

/** Does the target's steps for an answer, and notes it at the last of them: that is the one that counts. */
export async function answerBanner(answer: keyof ConsentSteps, visit: Visit): Promise<void> {
  const { recording, target, context, tabs, page } = visit;
  const steps = target.consent?.[answer] ?? [];
  if (steps.length === 0 || recording.problem) return;
  // What the page has called for, and the cookies that come with it, belong to the time before the answer.
  await settlePage(visit);
  const cookies = (await context.cookies()).map(({ name }) => name).filter(isTikTokCookie);
  for (const [index, step] of steps.entries()) {
    const at = recording.at();
    const document = recording.mainDocument(tabs.of(page).tab)?.id;
    const isLast = index === steps.length - 1;
    recording.steps.push({ at, ...stepRecord(step) });
    if (isLast)
      recording.consent.push({ at, answer: ANSWERS[answer], cookies, ...(document ? { document } : {}) });
    try {
      await perform(step, { ...visit, clicksTwice: false });
    } catch (error) {
      if (isLast) recording.consent.pop();
      const where = `consent.${answer}, step ${index + 1} of ${steps.length}, ${stepRecord(step).text}`;
      recording.fail(
        'step',
        `The consent banner could not be answered: ${where}, on ${page.url()}: ${firstLine(error)}`,
      );
      return;
    }
  }
  await visit.navigation.sync();
  if (answer === 'grant') await pixelShows(visit);
  await settlePage(visit);
}
