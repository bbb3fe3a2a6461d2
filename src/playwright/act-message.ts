/** What pages report of their visitor, as JSON. `at`: epoch milliseconds. */
export type ActMessage =
  /** `type`: the browser's word for what led to the document: navigate, reload, back_forward, prerender. */
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
