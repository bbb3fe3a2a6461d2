import { currencyIso4217 } from './params/currency-iso-4217.ts';
import { currencySupported } from './params/currency-supported.ts';
import { valueAndCurrency } from './params/value-and-currency.ts';
import { valueInUnits } from './params/value-in-units.ts';
import { valueIsOrderTotal } from './params/value-is-order-total.ts';
import { valueNotZero } from './params/value-not-zero.ts';

/** The rules that say what is wrong with a value or currency by itself, and so why it is another than that of a copy. */
export const VALUE_RULES = [
  valueIsOrderTotal,
  valueInUnits,
  valueNotZero,
  valueAndCurrency,
  currencyIso4217,
  currencySupported,
] as const;
