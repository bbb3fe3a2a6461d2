/** Currencies that the SDK accepts without a diagnostic (TikTok's help centre). */
const LISTED = new Set(
  (
    'AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ISK JPY KES ' +
    'KHR KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR PLN PYG QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD VES ' +
    'VND ZAR'
  ).split(' '),
);

/** Plus those that builds since 2025-08 accept. */
const SUPPORTED = new Set([
  ...LISTED,
  ...'ALL AMD AZN BGN BYN DOP GEL IQD JOD LBP PAB RSD TND TZS UZS'.split(' '),
]);

/** Whether TikTok counts revenue in this currency. The SDK converts the code to upper case before sending it (measured). */
export function isSupportedCurrency(code: string): boolean {
  return SUPPORTED.has(code.toUpperCase());
}

/** Whether builds before 2025-08 accepted this currency. */
export function wasSupportedCurrency(code: string): boolean {
  return LISTED.has(code.toUpperCase());
}

const ISO_4217 = new Set([...Intl.supportedValuesOf('currency'), ...SUPPORTED]);

/** Whether a text is an ISO 4217 code, in any case. */
export function isCurrencyCode(code: string): boolean {
  return ISO_4217.has(code.toUpperCase());
}

/** How many decimals amounts of a currency have, as people write them: 2 for USD, 0 for JPY, 3 for KWD; 2 for anything that is not a code. */
export function decimalsOf(code: string): number {
  if (!isCurrencyCode(code)) return 2;
  const currency = code.toUpperCase();
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  decimals.set(currency, maximumFractionDigits);
  return maximumFractionDigits;
}

/** A formatter takes longer to make than most rules take for a visit. There are only as many as currencies. */
const decimals = new Map<string, number>();
