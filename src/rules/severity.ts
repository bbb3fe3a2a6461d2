import type { Severity, Target } from '../target/target.ts';
import type { RuleText } from './rule.ts';

/** The severity of a rule's failures for a target; undefined if the target switches the rule off. */
export function severityOf(
  { id, severity }: RuleText,
  { rules }: Pick<Target, 'rules'>,
): Severity | undefined {
  const said = rules[id] ?? severity;
  return said === 'off' ? undefined : said;
}
