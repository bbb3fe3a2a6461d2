/** What pages report about their visitor, as JSON. `at`: epoch milliseconds. */
export type ActMessage =
  /** `type`: the browser's term for what led to the document: navigate, reload, back_forward, prerender. */
  | { kind: 'arrived'; at: number; url: string; type: string }
  | { kind: 'acted'; at: number; action: 'click' | 'press'; on: string }
  | {
      kind: 'typed';
      at: number;
      action: 'fill' | 'select';
      on: string;
      /** The field's type, autocomplete, name and id. */
      names: (string | null)[];
      text: string;
    };
