/** Rules about a wrong value or currency in one event, which also explain why it differs from a copy. */
export const VALUE_RULES = [
  'params/value-is-order-total',
  'params/value-in-units',
  'params/value-not-zero',
  'params/value-and-currency',
  'params/currency-iso-4217',
  'params/currency-supported',
] as const;
