import type { APIRequest, APIRequestContext, BrowserContextOptions, Request } from '@playwright/test';
import { Door, directly } from '../double/door.ts';
import { answeredHosts, type HostFilter } from '../double/events-api/hosts.ts';
import { asEnvironment, wayOut } from '../double/proxy.ts';
import { ofTest } from './judge.ts';
import type { TtqTarget } from './target.ts';

type Outer = BrowserContextOptions['proxy'];

const SENDING = ['fetch', 'get', 'post', 'put', 'patch', 'delete', 'head'] as const;

/**
 * The requests that tests make without a page, by Playwright's `request`. None reaches TikTok, nor a host of the site that stands
 * for TikTok: it is refused or, if a site redirects there, has no way.
 */
export class OwnRequests {
  private readonly hosts: readonly string[];
  private readonly isRefused: HostFilter;
  private readonly doors = new Map<string, Promise<Door>>();

  constructor({ pixelHosts = [], eventsApi }: TtqTarget) {
    this.hosts = [...pixelHosts, ...(eventsApi?.hosts ?? [])];
    this.isRefused = answeredHosts(this.hosts);
  }

  /**
   * Takes over the contexts of the fixture `request` and of `request.newContext`.
   *
   * @param proxy of the running test, through which Playwright sends them by default
   * @returns a function that undoes it
   */
  takeOver(api: APIRequest, proxy: () => Outer): () => Promise<void> {
    const { newContext } = api;
    api.newContext = async (options = {}) => {
      const door = await this.door(options.proxy ?? proxy());
      return this.refusing(await ofTest(newContext.call(api, { ...options, proxy: door.proxy })));
    };
    return async () => {
      Object.assign(api, { newContext });
      for (const door of this.doors.values()) await (await door).close();
    };
  }

  /** The same requests, except those to TikTok. */
  refusing<Requests extends APIRequestContext>(requests: Requests): Requests {
    const checked = (name: (typeof SENDING)[number]) => (what: string | Request, options?: object) => {
      const host = URL.parse(typeof what === 'string' ? what : what.url())?.hostname ?? '';
      return this.isRefused(host) ? ofTest(refuse(host)) : requests[name](what as string, options);
    };
    const own = new Map<string | symbol, unknown>(SENDING.map((name) => [name, checked(name)]));
    // Its methods call each other, and errors name the one that the test has called.
    return new Proxy(requests, {
      get(_requests, name) {
        const value = Reflect.get(requests, name);
        return own.get(name) ?? (typeof value === 'function' ? value.bind(requests) : value);
      },
    });
  }

  /** What leads there, and nowhere to TikTok: a redirect is followed without asking. */
  private door(outer: Outer): Promise<Door> {
    const key = JSON.stringify(outer ?? null);
    const known = this.doors.get(key);
    if (known) return known;
    const door = new Door({
      place: { baseURL: 'http://localhost', hosts: {}, network: 'open', pixelHosts: this.hosts },
      double: (socket) => socket.destroy(),
      reach: outer ? wayOut(asEnvironment(outer)) : directly,
    });
    const opened = door.open().then(() => door);
    this.doors.set(key, opened);
    return opened;
  }
}

async function refuse(host: string): Promise<never> {
  throw new Error(
    `A request of the test itself to ${host} was refused: these tests send nothing to TikTok. ` +
      'The fixture ttq shows what the site sends; or take the test from @playwright/test.',
  );
}
