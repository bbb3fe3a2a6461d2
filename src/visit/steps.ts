import { basename } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { STEP_ACTIONS, type StepAction, type StepRecord } from '../evidence/evidence.ts';
import { maskText } from '../masking/mask.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Recording } from '../recorder/recording.ts';
import { typedSecrets } from '../recorder/secrets.ts';
import type { Tab } from '../recorder/tabs.ts';
import { shownFile } from '../target/refusal.ts';
import { isSilent, traitsOf } from '../target/scenarios.ts';
import { isTyping, type Step, type Target } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { eventsIn } from '../views/events.ts';
import { isAct } from '../views/steps.ts';
import { runFunction } from './run-function.ts';
import { callWebhook } from './webhook.ts';

export interface StepOptions {
  /** Whether a click is a double click. */
  clicksTwice?: boolean;
  /** Whether the sign of the step was just seen in its tab, so that it is not waited for again. */
  isShown?: boolean;
  /** Called when everything that the step waits for is there, just before it is done. */
  beforehand?: (() => Promise<void>) | undefined;
  /** Whether the page itself reports what is done to it, so that it is not recorded here, too. */
  isReported?: boolean;
}

/**
 * Does one step in a tab, and records it. Selectors are Playwright's; of several matching elements, the first is used. Before a
 * step that may leave the page, all calls on it have been sent: a real visitor does not leave within milliseconds.
 *
 * @throws Playwright's errors
 */
export async function perform(
  step: Step,
  { page, navigation }: Tab,
  recorder: Recorder,
  { clicksTwice = false, isShown = false, beforehand, isReported = false }: StepOptions = {},
): Promise<void> {
  const { recording, target } = recorder;
  const record = { at: recording.at(), ...stepRecord(step) };
  if (!isReported) recording.steps.push(record);
  const timeout = target.timeouts.step;
  const waitUntil = 'commit';
  const selector = selectorOf(step);
  const place = 'frame' in step && step.frame !== undefined ? page.frameLocator(step.frame) : page;
  const element = selector === undefined ? undefined : place.locator(selector).first();
  // A file input is mostly hidden behind a button.
  const isThere = isShown && selector === signOf(step);
  if (!isThere) await element?.waitFor({ timeout, state: 'upload' in step ? 'attached' : 'visible' });
  const isWaiting = 'waitFor' in step || 'wait' in step;
  if (!(isTyping(step) || isWaiting)) await recorder.settle();
  await navigation.ignoreInput(false);
  // A page that moves on meanwhile shows in the click.
  if ('click' in step && element) await approach(element, page, recorder).catch(() => {});
  // What a page calls while the step waits comes before the action.
  if (!isWaiting) record.at = recording.at();
  if (beforehand) {
    // Waits for everything that a click waits for: until then the element may be covered, moving or disabled.
    if ('click' in step) await element!.click({ timeout, trial: true });
    await beforehand();
  }
  if (element) return act(step, element, recorder, clicksTwice);
  if ('press' in step) return page.keyboard.press(step.press);
  if ('wait' in step) return awaitEvent(step.wait, recorder);
  if ('run' in step) return runFunction(step, page, target);
  if ('request' in step) return callWebhook(step, target, recording.see(lastEventId));
  navigation.expect('goto' in step ? 'goto' : 'reload' in step ? 'reload' : 'history');
  if ('goto' in step) return void (await page.goto(absolute(step.goto, target), { timeout, waitUntil }));
  if ('reload' in step) return void (await page.reload({ timeout, waitUntil }));
  await ('back' in step ? page.goBack({ timeout, waitUntil }) : page.goForward({ timeout, waitUntil }));
}

/**
 * Moves the pointer to what will be clicked, if no pixel runs on the page yet. A visitor's pointer is on its way for a while: scripts
 * that a plugin delays until it moves have run before the click. A finger comes without warning.
 */
async function approach(element: Locator, page: Page, recorder: Recorder): Promise<void> {
  const current = recorder.recording.documents.findLast(({ frame }) => frame === 'main');
  if (current?.mountedAt !== undefined) return;
  const { step: timeout } = recorder.target.timeouts;
  if (await element.evaluate(() => 'ontouchstart' in globalThis, undefined, { timeout })) return;
  const box = await element.boundingBox({ timeout });
  if (!box) return;
  // Of what is below the fold, the pointer reaches the edge: nothing else is known before the page scrolls.
  const { width, height } = page.viewportSize() ?? { width: Infinity, height: Infinity };
  await page.mouse.move(
    Math.min(box.x + box.width / 2, width - 1),
    Math.min(box.y + box.height / 2, height - 1),
  );
  // What the page called at the move has been reported by the time it answers.
  await element.evaluate(() => {}, undefined, { timeout });
  await recorder.settle();
}

/** Does a step's action on an element, which is there. */
async function act(
  step: Step,
  element: Locator,
  { recording, target }: Recorder,
  clicksTwice: boolean,
): Promise<void> {
  const timeout = target.timeouts.step;
  if ('click' in step) return element[clicksTwice ? 'dblclick' : 'click']({ timeout });
  if ('hover' in step) return element.hover({ timeout });
  if ('check' in step) return element.check({ timeout });
  if ('upload' in step) return element.setInputFiles(step.files, { timeout });
  if ('select' in step) return void (await element.selectOption(step.with, { timeout }));
  if (!isTyping(step)) return;
  if (isOwnText(step.with)) recording.secrets.push(...(await typedSecrets(element, step.with)));
  const text = replaceIdentity(step.with, target);
  return 'fill' in step ? element.fill(text, { timeout }) : element.pressSequentially(text, { timeout });
}

/**
 * Waits until an event was sent since the visitor's last action, or its time is over: then a rule reports that it is missing. If
 * the pixel does not run, only the call can come.
 */
async function awaitEvent(event: string, { recording, target, prepared }: Recorder): Promise<void> {
  const wanted = canonicalEvent(event);
  const traits = traitsOf(prepared.options.visit.scenario);
  const isEnough = traits !== undefined && isSilent(traits) ? 0 : 1;
  const from = recording.steps.findLast(isAct)?.at ?? 0;
  await recording.until(
    () =>
      recording
        .see((all) => eventsIn(all))
        .some(({ canonical, at, sent }) => canonical === wanted && at >= from && sent.length >= isEnough),
    target.timeouts.settle,
  );
}

function lastEventId(recording: Recording): string | undefined {
  const last = eventsIn(recording).findLast(({ eventId }) => !isMissing(eventId));
  return last && String(last.eventId);
}

/** The element a step waits for before it acts. */
export function selectorOf(step: Step | undefined): string | undefined {
  if (!step) return undefined;
  const [action, on] = actionOf(step);
  return ON_ELEMENTS.has(action) ? (on as string) : undefined;
}

const ON_ELEMENTS: ReadonlySet<StepAction> = new Set([
  'click',
  'hover',
  'check',
  'type',
  'upload',
  'fill',
  'select',
  'waitFor',
]);

/** What shows that a step can be done on a page: its element, or that element's frame. A file input is mostly hidden. */
export function signOf(step: Step | undefined): string | undefined {
  if (step && 'upload' in step) return step.frame;
  return (step && 'frame' in step ? step.frame : undefined) ?? selectorOf(step);
}

/** Whether a text is the target file's own: neither part of the identity nor a number such as a quantity. */
function isOwnText(text: string): boolean {
  return !/^(\{\w+\}|\d{0,3})$/.test(text);
}

/** The step as in the target file, with its own text masked, and the parts of the identity that it reveals. */
export function stepRecord(step: Step): Omit<StepRecord, 'at'> {
  const part = isTyping(step)
    ? /\{(email|phone|externalId|firstName|lastName)\}/.exec(step.with)?.[1]
    : undefined;
  const shown = shownStep(step);
  const [action, on] = actionOf(step);
  return {
    action,
    ...(typeof on === 'string' ? { on } : {}),
    text: JSON.stringify(shown),
    ...(part ? { typed: part as NonNullable<StepRecord['typed']> } : {}),
  };
}

/** Without what may be personal: its own typed text, and the headers and body of a webhook. */
function shownStep(step: Step): object {
  if ('request' in step) return { request: step.request, ...(step.method ? { method: step.method } : {}) };
  if ('run' in step)
    return { run: `${shownFile(step.in)}${step.run.startsWith('/') ? '' : ', '}${step.run}` };
  if ('upload' in step) return { ...step, files: [step.files].flat().map((file) => basename(file)) };
  return isTyping(step) && isOwnText(step.with) ? { ...step, with: maskText(step.with, 'typed') } : step;
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
