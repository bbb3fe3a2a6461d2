import type { BrowserContext, Page } from 'playwright';
import { Navigation } from './navigation.ts';

/** The tabs of a visit, pop-ups included, numbered in the order in which they were opened; each is followed where it goes. */
export class Tabs {
  private readonly all: { page: Page; navigation: Navigation }[] = [];

  constructor(context: BrowserContext) {
    // A pop-up is followed from its first request on.
    context.on('page', (page) => this.of(page));
  }

  /** Resolves when the hops of every tab are filled in. */
  async finish(): Promise<void> {
    await Promise.all(this.all.map(({ navigation }) => navigation.finish()));
  }

  /** The number of a page's tab, and where it goes. */
  of(page: Page): { tab: number; navigation: Navigation } {
    const known = this.all.findIndex((one) => one.page === page);
    if (known >= 0) return { tab: known, navigation: this.all[known]!.navigation };
    const navigation = new Navigation(page);
    return { tab: this.all.push({ page, navigation }) - 1, navigation };
  }
}
