/** Where a document that is being left reports to: the binding no longer listens then, a beacon does get through. */
export const TAP_URL = 'https://analytics.tiktok.com/ttq-conformance/tap';

/** An inline script that holds TikTok's base code, or seems to. */
export interface Snippet {
  text: string;
  placement: 'head' | 'body';
  /** The type attribute, where there is one. */
  type?: string;
}

/** What is read of a page once it is parsed. */
export interface ParsedPage {
  title: string;
  snippets: Snippet[];
  /** Out of which cache of the browser's it came. */
  kept?: 'service-worker' | 'http';
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
      /** Its origin is that of no site. */
      opaque?: true;
    }
  | ({ kind: 'parsed'; document: string } & ParsedPage)
  | { kind: 'route'; document: string; at: number; url: string }
  /** An uncaught error was of a call on a global that was not there, or of a function that calls one. */
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

/** The messages in what the tap has sent: one, or an array of them. A page could post here, too: what is none is dropped. */
export function messagesIn(text: string): TapMessage[] {
  try {
    const content = JSON.parse(text) as unknown;
    const all = Array.isArray(content) ? content : [content];
    return all.filter((one) => one !== null && typeof one === 'object');
  } catch {
    return [];
  }
}
