/** What the tap reports. `at`: epoch milliseconds. */
export type TapMessage =
  | { kind: 'document'; document: string; at: number; url: string; referrer: string; main: boolean }
  | { kind: 'mounted'; document: string; at: number; global: string }
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
