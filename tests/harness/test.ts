import * as playwright from '@playwright/test';

/**
 * Playwright's `test` without the fixtures that it prepares for every test that may open a page: they cost 15 ms of CPU for each
 * test, and these tests open their browsers themselves. Playwright exports it for its own packages, undocumented; without it,
 * tests are only slower.
 */
const { _baseTest: bare } = playwright as { _baseTest?: playwright.TestType<object, object> };

/** Something that is slow to open and serves many tests: a browser, a site, a process. */
export interface Lasting<T> {
  open: () => Promise<T>;
  close: (thing: T) => Promise<unknown> | unknown;
}

/** More than any test needs at once. The rest are closed, as tests of one kind run one after another. */
const KEPT = 4;

/**
 * What a worker keeps open. These are not worker fixtures of Playwright: for files with different fixtures it starts new
 * workers, which load everything again.
 */
export class Shared {
  /** The most recently used last. */
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

  /** Closes those unused for longest. */
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
