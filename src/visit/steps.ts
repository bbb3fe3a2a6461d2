import { STEP_ACTIONS, type StepAction, type StepRecord } from '../evidence/evidence.ts';
import { maskText } from '../masking/mask.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Recording } from '../recorder/recording.ts';
import { typedSecrets } from '../recorder/secrets.ts';
import type { Tab } from '../recorder/tabs.ts';
import type { Step, Target } from '../target/target.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { eventsIn } from '../views/events.ts';
import { callWebhook } from './webhook.ts';

export interface StepOptions {
  /** Whether a click is a double click. */
  clicksTwice?: boolean;
  /** Called when all that the step waits for is there, in the last moment before it is done. */
  beforehand?: (() => Promise<void>) | undefined;
}

/**
 * Does one step in a tab, and records it. Selectors are Playwright's; where several elements match, the first is taken. Before what may leave the
 * page, nothing that was called on it is unsent any more: a real visitor does not leave within milliseconds.
 *
 * @throws Playwright's errors
 */
export async function perform(
  step: Step,
  { page, navigation }: Tab,
  recorder: Recorder,
  { clicksTwice = false, beforehand }: StepOptions = {},
): Promise<void> {
  const { recording, target } = recorder;
  const record = { at: recording.at(), ...stepRecord(step) };
  recording.steps.push(record);
  const timeout = target.timeouts.step;
  const waitUntil = 'commit';
  const selector = selectorOf(step);
  if (selector !== undefined) await page.locator(selector).first().waitFor({ timeout });
  if (!('fill' in step || 'waitFor' in step)) await recorder.settle();
  // What a page calls while it is waited for comes before the act.
  if (!('waitFor' in step)) record.at = recording.at();
  if (beforehand) {
    // All that a click waits for, and no click: the element may be covered, or move, or be disabled until then.
    if ('click' in step) await page.locator(step.click).first().click({ timeout, trial: true });
    await beforehand();
  }
  if ('click' in step)
    return page.locator(step.click).first()[clicksTwice ? 'dblclick' : 'click']({ timeout });
  if ('fill' in step) {
    const field = page.locator(step.fill).first();
    if (isOwnText(step.with)) recording.secrets.push(...(await typedSecrets(field, step.with)));
    return field.fill(replaceIdentity(step.with, target), { timeout });
  }
  if ('select' in step)
    return void (await page.locator(step.select).first().selectOption(step.with, { timeout }));
  if ('press' in step) return page.keyboard.press(step.press);
  if ('waitFor' in step) return;
  if ('request' in step) return callWebhook(step, target, recording.see(lastEventId));
  navigation.expect('goto' in step ? 'goto' : 'reload' in step ? 'reload' : 'history');
  if ('goto' in step) return void (await page.goto(absolute(step.goto, target), { timeout, waitUntil }));
  if ('reload' in step) return void (await page.reload({ timeout, waitUntil }));
  await ('back' in step ? page.goBack({ timeout, waitUntil }) : page.goForward({ timeout, waitUntil }));
}

function lastEventId(recording: Recording): string | undefined {
  const last = eventsIn(recording).findLast(({ eventId }) => !isMissing(eventId));
  return last && String(last.eventId);
}

/** The element a step waits for before it acts. */
export function selectorOf(step: Step | undefined): string | undefined {
  if (!step) return undefined;
  if ('click' in step) return step.click;
  if ('fill' in step) return step.fill;
  if ('select' in step) return step.select;
  return 'waitFor' in step ? step.waitFor : undefined;
}

/** Of the target file itself: no part of the identity, and no number such as a quantity. */
function isOwnText(text: string): boolean {
  return !/^(\{\w+\}|\d{0,3})$/.test(text);
}

/** The step as the target file has it, a text of its own that it types masked, and what of the identity it gives away. */
export function stepRecord(step: Step): Omit<StepRecord, 'at'> {
  const part =
    'fill' in step ? /\{(email|phone|externalId|firstName|lastName)\}/.exec(step.with)?.[1] : undefined;
  const shown = shownStep(step);
  const [action, on] = actionOf(step);
  return {
    action,
    ...(typeof on === 'string' ? { on } : {}),
    text: JSON.stringify(shown),
    ...(part ? { typed: part as NonNullable<StepRecord['typed']> } : {}),
  };
}

/** Without what may be somebody's: a text of its own that it types, the headers and the body of a webhook. */
function shownStep(step: Step): object {
  if ('request' in step) return { request: step.request, ...(step.method ? { method: step.method } : {}) };
  return 'fill' in step && isOwnText(step.with) ? { ...step, with: maskText(step.with, 'typed') } : step;
}

function actionOf(step: Step): [StepAction, unknown] {
  const action = STEP_ACTIONS.find((name) => name in step)!;
  return [action, Object.entries(step).find(([name]) => name === action)?.[1]];
}

export function absolute(url: string, target: Target): string {
  return new URL(url, target.baseURL).href;
}

function replaceIdentity(text: string, { identity }: Target): string {
  return text.replace(
    /\{(email|phone|externalId|firstName|lastName)\}/g,
    (all, part: keyof Target['identity']) => identity[part] ?? all,
  );
}
