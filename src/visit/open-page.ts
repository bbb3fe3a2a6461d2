import type { Page } from '@playwright/test';
import { refusedBy } from '../evidence/closed-door.ts';
import { firstLine, isInterrupted } from '../recorder/errors.ts';
import type { Recorder } from '../recorder/recorder.ts';

/** Opens a page of the site; returns whether it was answered. No answer, or an error, becomes the visit's problem. */
export async function openPage(
  url: string,
  page: Page,
  { recording, target, double }: Recorder,
): Promise<boolean> {
  try {
    const response = await page.goto(url, { waitUntil: 'commit', timeout: target.timeouts.step });
    const status = response?.status() ?? 200;
    if (status >= 400) {
      recording.fail('http-error', {
        url: response!.url(),
        ...refusedBy(status, await response!.allHeaders()),
      });
    }
  } catch (error) {
    // A redirect by script or meta refresh took over, and is followed.
    if (isInterrupted(error)) return true;
    const message = firstLine(error);
    const reason = double.refusal(url) ?? /net::(\w+)/.exec(message)?.[1] ?? message;
    recording.fail('no-answer', { origin: new URL(url).origin, error: reason });
  }
  return !recording.problem;
}
