import type { BrowserContext, Page } from '@playwright/test';
import { Navigation } from './navigation.ts';

/** A page and its navigation. */
export interface Tab {
  page: Page;
  navigation: Navigation;
}

/** The tabs of a visit, pop-ups included, numbered in the order in which they were opened. */
export class Tabs {
  private readonly all: Tab[] = [];
  /** Tabs that the visit opened itself. */
  private own = 0;
  /** Whether the visit is opening one of them. */
  private isOpened = false;
  /** Pop-ups that have come: a user's test may open other pages. */
  private popUps = 0;
  /** Pop-ups that were announced and never came. */
  private lost = 0;
  /** Tabs that the harness has left for good. */
  private readonly left = new WeakSet<Page>();
  private readonly reported: (page: Page, text: string) => void;

  /** @param reported receives what the tap of a page reports straight to the protocol */
  constructor(context: BrowserContext, reported: (page: Page, text: string) => void) {
    this.reported = reported;
    // The requests for a pop-up's first document precede Playwright's report of the page, so its hops are not known.
    context.on('page', (page) => {
      const isPopUp = this.announced() > this.popUps && !this.isOpened;
      const { navigation } = this.of(page);
      if (!isPopUp) return;
      this.popUps += 1;
      navigation.expect('pop-up');
    });
  }

  /** Opens a tab for the visit itself. */
  async open(newPage: () => Promise<Page>): Promise<Tab> {
    this.own += 1;
    this.isOpened = true;
    const page = await newPage().finally(() => {
      this.isOpened = false;
    });
    const { navigation } = this.of(page);
    await navigation.ready;
    return { page, navigation };
  }

  /** Those that are open. */
  get live(): Tab[] {
    return this.all.filter(({ page }) => !page.isClosed());
  }

  /** Records that the harness leaves a page for good: its pending requests are aborted, which is nobody's fault. */
  leave(page: Page): void {
    this.left.add(page);
  }

  hasLeft(page: Page): boolean {
    return this.left.has(page);
  }

  /** Whether a page has requested a pop-up that has not appeared yet. */
  get isOpening(): boolean {
    return this.announced() > this.all.length - this.own + this.lost;
  }

  /** Stops waiting for a pop-up that has not appeared. */
  giveUp(): void {
    this.lost = this.announced() - (this.all.length - this.own);
  }

  /** Resolves when the hops of every tab are filled in. */
  async finish(): Promise<void> {
    await Promise.all(this.all.map(({ navigation }) => navigation.finish()));
  }

  /** The number of a page's tab, and its navigation. */
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
