/** The rules that say what is wrong with a value or currency by itself, and so why it is another than that of a copy. */
export const VALUE_RULES = [
  'params/value-is-order-total',
  'params/value-in-units',
  'params/value-not-zero',
  'params/value-and-currency',
  'params/currency-iso-4217',
  'params/currency-supported',
] as const;
