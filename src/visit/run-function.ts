import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import type { Step, Target } from '../target/target.ts';

/** A step that runs code of a module. */
export type Run = Extract<Step, { run: string }>;

/**
 * Runs a function of a target module, or of another, in this process.
 *
 * @throws what it throws; if there is no such function; if it does not end within a step's time
 */
export async function runFunction(step: Run, page: Page, { identity, timeouts }: Target): Promise<void> {
  const found = functionIn(await import(pathToFileURL(step.in).href), step.run);
  if (typeof found !== 'function') throw new Error(`${step.in} exports no function ${step.run}`);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`it did not end within ${timeouts.step} ms`)),
    timeouts.step,
  );
  try {
    await Promise.race([found({ page, identity }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param name of an export, or a JSON Pointer into the default one */
function functionIn(module: Record<string, unknown>, name: string): unknown {
  if (!name.startsWith('/')) return module[name];
  const exported = module.default as { default?: unknown } | undefined;
  // As in module-child.mjs: the exports of a CommonJS module are its default export.
  const whole = typeof exported === 'object' && 'default' in exported ? exported.default : exported;
  return name
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], whole);
}
