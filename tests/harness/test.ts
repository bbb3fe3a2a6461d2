import * as playwright from '@playwright/test';

/**
 * Playwright's `test` without the fixtures that it prepares for every test that may open a page: they cost 15 ms of CPU a test, and
 * these tests open their browsers themselves. Playwright exports it for packages of its own and does not document it; should it
 * go, the tests are slower, and the same.
 */
const { _baseTest: bare } = playwright as { _baseTest?: playwright.TestType<object, object> };

/** What is slow to open, and serves many tests: a browser, a site, a process. */
export interface Lasting<T> {
  open: () => Promise<T>;
  close: (thing: T) => Promise<unknown> | unknown;
}

/** More than one test needs at once. Others are closed: the tests of a kind come one after another. */
const KEPT = 4;

/**
 * The lasting things of a worker. They are no worker fixtures of Playwright's: it starts new workers, which load everything again,
 * wherever two files have other ones.
 */
export class Shared {
  /** The latest used last. */
  private readonly opened = new Map<object, { thing: unknown; close: () => unknown }>();

  async get<T>(kind: Lasting<T>): Promise<T> {
    const known = this.opened.get(kind);
    if (known) {
      this.opened.delete(kind);
      this.opened.set(kind, known);
      return known.thing as T;
    }
    const thing = await kind.open();
    this.opened.set(kind, { thing, close: () => kind.close(thing) });
    await this.closeUntil(KEPT);
    return thing;
  }

  /** Closes those that were not used for longest. */
  async closeUntil(kept: number): Promise<void> {
    for (const [kind, { close }] of [...this.opened].slice(0, Math.max(0, this.opened.size - kept))) {
      this.opened.delete(kind);
      await close();
    }
  }
}

export const test = (bare ?? playwright.test).extend<object, { shared: Shared }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const shared = new Shared();
      await use(shared);
      await shared.closeUntil(0);
    },
    { scope: 'worker' },
  ],
});
