import type { Recorder } from '../recorder/recorder.ts';
import type { ConsentSteps } from '../target/target.ts';
import { giveAnswer } from '../visit/consent.ts';
import { perform } from '../visit/steps.ts';

/** The visitor's answer to the consent banner; `ignore`: leaves it alone in the whole visit. */
export type TtqAnswer = keyof ConsentSteps | 'ignore';

/**
 * Makes the visitor answer the banner on the page that was opened last.
 *
 * @param give how the test answers it; by default the steps of the target
 */
export async function answerConsent(
  answer: keyof ConsentSteps,
  recorder: Recorder,
  give?: () => Promise<unknown>,
): Promise<void> {
  const { recording, target, tabs, context } = recorder;
  const page = context.pages().at(-1);
  if (!page || recording.documents.length === 0)
    throw new Error(
      `No page is open yet: open the one with the consent banner, then ttq.consent('${answer}').`,
    );
  const steps = target.consent?.[answer];
  if (!give && !steps)
    throw new Error(
      `ttqTarget.consent has no steps for "${answer}": add them, or say what gives the answer: ttq.consent('${answer}', () => page.click('…')).`,
    );
  const tab = { page, navigation: tabs.of(page).navigation };
  await giveAnswer(answer, { recorder, tab }, async (note) => {
    await note();
    const from = recording.steps.length;
    if (give) await give();
    else for (const step of steps ?? []) await perform(step, tab, recorder, { isReported: true });
    await tab.navigation.sync();
    // When the page saw the click: what it sent until then was sent before the answer.
    const act = recording.steps.slice(from).at(-1);
    if (act) recording.consent.at(-1)!.at = act.at;
  });
}
