import type { Browser } from 'playwright';
import { scriptSource } from '../double/scripts/source.ts';
import { Double } from '../double/server.ts';
import type { Sdk } from '../target/target.ts';
import { launchBrowser } from '../visit/session.ts';
import { Gate } from './gate.ts';
import { KnownPixel } from './known-pixel.ts';
import { SHOP } from './scenario.ts';
import { Shop } from './shop.ts';

/** What scenarios are played in, one after the other: a browser, a shop, and a double that gives out one SDK. */
export class Lane {
  readonly browser: Browser;
  readonly double: Double;
  readonly shop: Shop;
  readonly gate: Gate;

  /**
   * @param pixel one that TikTok knows, for an SDK that is fetched from there
   * @throws BrowserError where there is no browser
   */
  static async open(sdk: Sdk, pixel?: string): Promise<Lane> {
    const source = scriptSource(sdk, fetch);
    const gate = new Gate(pixel === undefined ? source : new KnownPixel(source, pixel));
    const [double, shop] = await Promise.all([Double.start(gate), Shop.start()]);
    try {
      return new Lane(await launch(double, shop), double, shop, gate);
    } catch (error) {
      await Promise.all([double.close(), shop.close()]);
      throw error;
    }
  }

  private constructor(browser: Browser, double: Double, shop: Shop, gate: Gate) {
    this.browser = browser;
    this.double = double;
    this.shop = shop;
    this.gate = gate;
  }

  async close(): Promise<void> {
    this.gate.release();
    await this.browser.close().catch(() => undefined);
    await Promise.all([this.double.close(), this.shop.close()]);
  }
}

function launch(double: Double, shop: Shop): Promise<Browser> {
  return launchBrowser({ baseURL: SHOP, hosts: shop.hosts, network: 'hermetic' }, double);
}
