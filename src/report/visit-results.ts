import type { FullConfig, TestCase, TestResult } from '@playwright/test/reporter';
import { AllureReporter } from 'allure-playwright';

/**
 * Allure's results of the visits, as allure-playwright writes them. What it cannot write, on a full disk for example, costs the
 * Allure report and not the run, which by itself it would bring down.
 */
export default class VisitResultsReporter extends AllureReporter {
  #failed = false;

  /** Where reports are merged, no project is known yet, and the base class breaks; it needs it for pictures only. */
  override onConfigure(config: FullConfig): void {
    if (config.projects.length > 0) super.onConfigure(config);
    else this.config = config;
  }

  override async onTestEnd(test: TestCase, result: TestResult): Promise<void> {
    await super.onTestEnd(test, result).catch((error: Error) => this.#tell(error));
  }

  override async onEnd(): Promise<void> {
    await super.onEnd().catch((error: Error) => this.#tell(error));
  }

  #tell({ message }: Error): void {
    if (!this.#failed) console.error(`The Allure report will lack visits: ${message}`);
    this.#failed = true;
  }
}
