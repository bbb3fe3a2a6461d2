import type { FullConfig, TestCase, TestResult } from '@playwright/test/reporter';
import { AllureReporter } from 'allure-playwright';

/**
 * Allure's results of the visits, as allure-playwright writes them. If it cannot write, on a full disk for example, that costs
 * the Allure report; unguarded, it would end the run.
 */
export default class VisitResultsReporter extends AllureReporter {
  #failed = false;

  /** When reports are merged, no project is known yet, and the base class, which needs it for pictures only, would break. */
  override onConfigure(config: FullConfig): void {
    if (config.projects.length > 0) super.onConfigure(config);
    else this.config = config;
  }

  override async onTestEnd(test: TestCase, result: TestResult): Promise<void> {
    await super.onTestEnd(test, result).catch((error: Error) => this.#report(error));
  }

  override async onEnd(): Promise<void> {
    await super.onEnd().catch((error: Error) => this.#report(error));
  }

  #report({ message }: Error): void {
    if (!this.#failed) console.error(`The Allure report will lack visits: ${message}`);
    this.#failed = true;
  }
}
