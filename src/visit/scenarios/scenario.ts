import type { BrowserContextOptions, Page } from '@playwright/test';
import type { Interference } from '../../double/server.ts';
import type { ScenarioName, Step, Target } from '../../target/target.ts';

/** What a scenario does beyond its traits. All members are optional but `changes`. */
export interface Scenario {
  name: ScenarioName;
  /** What it changes, as a sentence. */
  changes: string;
  /** Options of the browser context. */
  context?: BrowserContextOptions;
  /** A script of ./page, without its extension, that runs in every document before the page's own. */
  script?: string;
  /** What interferes between the browser and TikTok's hosts. */
  interference?: Interference;
  /** Anything else that a tab needs before its first page. */
  prepare?: (page: Page, target: Target) => Promise<void>;
  /** What the visitor does after the journey's last step. */
  after?: readonly Step[];
}
