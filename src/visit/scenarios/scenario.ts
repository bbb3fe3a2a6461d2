import type { BrowserContextOptions, Page } from 'playwright';
import type { Interference } from '../../double/server.ts';
import type { ScenarioName, Step, Target } from '../../target/target.ts';

/** The conditions of a visit. Without any of the members below, a visitor comes by the start URL and does the journey. */
export interface Scenario {
  name: ScenarioName;
  /** What it changes, as a sentence. */
  changes: string;
  /**
   * How the visitor comes. ad: by the click URL. returning: by the click URL, in a tab that is closed; then by the start URL in
   * a new one, where the journey is done. second-click: the same, but both times by an ad, with click ids of their own.
   */
  comes?: 'ad' | 'returning' | 'second-click';
  /** Options of the browser context. */
  context?: BrowserContextOptions;
  /** A script of ./page, without its extension, that runs in every document before the page's own. */
  script?: string;
  /** What stands between the browser and TikTok's hosts. */
  interference?: Interference;
  /** Anything else that a tab needs before its first page. */
  prepare?: (page: Page, target: Target) => Promise<void>;
  /** Whether nothing that the pages call for can be sent: then it is not waited for. */
  silent?: true;
  /** How the visitor answers the consent banner; where it is missing: grants, as soon as the banner is there. */
  consent?: 'deny' | 'late' | 'withdraw';
  /** Whether every click is a double click. */
  clicksTwice?: true;
  /** What the visitor does after the journey's last step. */
  after?: readonly Step[];
}
