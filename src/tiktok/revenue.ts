import { isCurrencyCode, isSupportedCurrency } from './currencies.ts';
import { eventNeeds } from './event-names.ts';
import { isMissing } from './pixel-request.ts';

/** What is wrong with the value and currency of an event's properties. */
export type RevenueProblem = 'no-value' | 'bad-value' | 'no-currency' | 'bad-currency';

/**
 * Checks value and currency as the SDK's own diagnostics do: a Purchase needs both, and neither goes without the other.
 *
 * @param canonical TikTok's current name of the event
 */
export function revenueProblems(
  canonical: string,
  { value, currency }: Record<string, unknown>,
): RevenueProblem[] {
  if (!needsRevenue(canonical, { value, currency })) return [];
  const problems: RevenueProblem[] = [];
  if (isMissing(value)) problems.push('no-value');
  else if (!isAmount(value)) problems.push('bad-value');
  if (isMissing(currency)) problems.push('no-currency');
  else if (currencyProblem(currency)) problems.push('bad-currency');
  return problems;
}

/** What is wrong with a given currency: it is not an ISO 4217 code, or TikTok does not count revenue in it. */
export function currencyProblem(currency: unknown): 'no-code' | 'unsupported' | undefined {
  if (isMissing(currency)) return undefined;
  if (typeof currency !== 'string' || !isCurrencyCode(currency)) return 'no-code';
  return isSupportedCurrency(currency) ? undefined : 'unsupported';
}

/** Whether an event must carry, or carries, a value or a currency. */
export function needsRevenue(canonical: string, { value, currency }: Record<string, unknown>): boolean {
  return eventNeeds(canonical, 'revenue') || !isMissing(value) || !isMissing(currency);
}

/** A number, or text that is one. */
export function isAmount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
}
