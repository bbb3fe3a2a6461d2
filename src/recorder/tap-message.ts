/** Where a document that is being left reports to: the binding no longer works then, but a beacon gets through. */
export const TAP_URL = 'https://analytics.tiktok.com/ttq-conformance/tap';

/** An inline script that contains TikTok's base code, or seems to. */
export interface Snippet {
  text: string;
  placement: 'head' | 'body';
  /** The type attribute, if there is one. */
  type?: string;
}

/** What is read from a page once it is parsed. */
export interface ParsedPage {
  title: string;
  snippets: Snippet[];
  /** The cache of the browser that it came from. */
  kept?: 'service-worker' | 'http';
  /** The pixel id of each element of TikTok's first script that ran. */
  ran?: string[];
}

/** What the tap reports, as JSON, with a `sequence` number. `at`: epoch milliseconds. */
export type TapMessage = TapContent & { sequence?: number };

type TapContent =
  | {
      kind: 'document';
      document: string;
      at: number;
      url: string;
      referrer: string;
      main: boolean;
      /** It has an opaque origin. */
      opaque?: true;
    }
  | ({ kind: 'parsed'; document: string } & ParsedPage)
  | { kind: 'route'; document: string; at: number; url: string }
  /** An uncaught error came from a call on a missing global, or from a function that calls one. */
  | { kind: 'blamed'; message: string; global?: string; byCaller?: true; source?: string }
  | {
      kind: 'mounted';
      document: string;
      at: number;
      global: string;
      /** What the SDK took over. */
      shape: 'array' | 'function' | 'object';
    }
  | {
      kind: 'call';
      document: string;
      at: number;
      url: string;
      global: string;
      method: string;
      args: unknown[];
      pixel?: string;
      queued: boolean;
      source?: string;
      placement?: 'head' | 'body' | 'script';
    };

/** The messages in what the tap has sent: one, or an array of them. A page could post here, too, so anything else is dropped. */
export function messagesIn(text: string): TapMessage[] {
  try {
    const content = JSON.parse(text) as unknown;
    const all = Array.isArray(content) ? content : [content];
    return all.filter((one) => one !== null && typeof one === 'object');
  } catch {
    return [];
  }
}
