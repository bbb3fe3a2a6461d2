import type { BrowserContext, Page } from '@playwright/test';
import { Navigation } from './navigation.ts';

/** A page and where it goes. */
export interface Tab {
  page: Page;
  navigation: Navigation;
}

/** The tabs of a visit, pop-ups included, numbered in the order in which they were opened; each is followed where it goes. */
export class Tabs {
  private readonly all: Tab[] = [];
  /** Tabs that the visit opened itself. */
  private own = 0;
  /** Pop-ups that were announced and never came. */
  private lost = 0;
  /** Those that the harness has left for good. */
  private readonly left = new WeakSet<Page>();
  private readonly reported: (page: Page, text: string) => void;

  /** @param reported is given what the tap of a page reports straight to the protocol */
  constructor(context: BrowserContext, reported: (page: Page, text: string) => void) {
    this.reported = reported;
    // What led to a pop-up's first document is requested before Playwright reports it: its hops are not known.
    context.on('page', (page) => this.of(page));
  }

  /** Opens one for the visit itself. */
  async open(newPage: () => Promise<Page>): Promise<Tab> {
    this.own += 1;
    const page = await newPage();
    const { navigation } = this.of(page);
    await navigation.ready;
    return { page, navigation };
  }

  /** Those that are open. */
  get live(): Tab[] {
    return this.all.filter(({ page }) => !page.isClosed());
  }

  /** Notes that the harness leaves a page for good: what is still on its way there is aborted, and that is nobody's fault. */
  leave(page: Page): void {
    this.left.add(page);
  }

  hasLeft(page: Page): boolean {
    return this.left.has(page);
  }

  /** Whether a page has asked for a pop-up that is not there yet. */
  get isOpening(): boolean {
    return this.announced() > this.all.length - this.own + this.lost;
  }

  /** No longer waits for a pop-up that is not there yet. */
  giveUp(): void {
    this.lost = this.announced() - (this.all.length - this.own);
  }

  /** Resolves when the hops of every tab are filled in. */
  async finish(): Promise<void> {
    await Promise.all(this.all.map(({ navigation }) => navigation.finish()));
  }

  /** The number of a page's tab, and where it goes. */
  of(page: Page): { tab: number; navigation: Navigation } {
    const known = this.all.findIndex((one) => one.page === page);
    if (known >= 0) return { tab: known, navigation: this.all[known]!.navigation };
    const navigation = new Navigation(page, (text) => this.reported(page, text));
    return { tab: this.all.push({ page, navigation }) - 1, navigation };
  }

  private announced(): number {
    return this.all.reduce((sum, { navigation }) => sum + navigation.popUps, 0);
  }
}
