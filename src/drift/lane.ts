import type { Browser } from '@playwright/test';
import { scriptSource } from '../double/scripts/source.ts';
import { launchBrowser } from '../recorder/session.ts';
import type { Sdk } from '../target/target.ts';
import { Gate } from './gate.ts';
import { KnownPixel } from './known-pixel.ts';
import { SameSettings } from './same-settings.ts';
import { Shop } from './shop.ts';

/** Where probes are played one after another: a browser, a shop, and one SDK. */
export class Lane {
  readonly browser: Browser;
  readonly shop: Shop;
  readonly gate: Gate;

  /**
   * @param pixel one that TikTok knows, for an SDK that is fetched from TikTok
   * @throws BrowserError if there is no browser
   */
  static async open(sdk: Sdk, pixel?: string): Promise<Lane> {
    const given = scriptSource(sdk, fetch);
    const source = sdk.mode === 'double' ? given : new SameSettings(given);
    const gate = new Gate(pixel === undefined ? source : new KnownPixel(source, pixel));
    const shop = await Shop.start();
    try {
      return new Lane(await launchBrowser(), shop, gate);
    } catch (error) {
      await shop.close();
      throw error;
    }
  }

  private constructor(browser: Browser, shop: Shop, gate: Gate) {
    this.browser = browser;
    this.shop = shop;
    this.gate = gate;
  }

  async close(): Promise<void> {
    this.gate.release();
    await this.browser.close().catch(() => undefined);
    await this.shop.close();
  }
}
