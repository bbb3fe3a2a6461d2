import { stripVTControlCharacters } from 'node:util';
import { expect } from '../../../../src/playwright/index.ts';

/** The message of a failing assertion or action, without colours. A failing test would cost the run a worker. */
export async function failure(act: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    return stripVTControlCharacters((error as Error).message);
  }
  expect('it failed').toBe('it did not');
  return '';
}

export const short = expect.configure({ timeout: 1_500 });
