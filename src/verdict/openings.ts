import { listed } from '../rules/finding.ts';
import { RULE_BY_ID } from '../rules/index.ts';
import type { RuleText } from '../rules/rule.ts';
import { severityOf } from '../rules/severity.ts';
import { MAX_WAIVER_DAYS, type Severity, type Target } from '../target/target.ts';
import { type Reason, reason } from './reasons.ts';

/** Severities whose failures hold a release by default. */
const HEAVY: readonly Severity[] = ['blocker', 'critical'];

/**
 * Settings by which a target opens its gate: they release what the gate would otherwise hold. Waivers are left out, as every
 * report lists them.
 */
export function openingsOf(
  { gate, rules }: Pick<Target, 'gate' | 'rules'>,
  known: ReadonlyMap<string, RuleText> = RULE_BY_ID,
): Reason[] {
  const { failOn, waiverDays = MAX_WAIVER_DAYS } = gate;
  const passed = HEAVY.filter((severity) => !failOn.includes(severity));
  const own = [...known.values()].filter(({ severity }) => failOn.includes(severity));
  const off = own.filter((rule) => severityOf(rule, { rules }) === undefined);
  const lowered = own.filter((rule) => {
    const severity = severityOf(rule, { rules });
    return severity !== undefined && !failOn.includes(severity);
  });
  const isAllOff = known.size > 0 && [...known.values()].every((rule) => rules[rule.id] === 'off');
  return [
    ...(failOn.length === 0 ? [reason('holds-nothing', {})] : []),
    ...(failOn.length > 0 && passed.length > 0 ? [reason('lets-pass', { severities: listed(passed) })] : []),
    ...(isAllOff ? [reason('all-off', { rules: known.size })] : []),
    ...(off.length > 0 && !isAllOff ? [reason('off', { rules: off.map(({ id }) => id) })] : []),
    ...(lowered.length > 0 ? [reason('lowered', { rules: lowered.map(({ id }) => id) })] : []),
    ...(waiverDays > MAX_WAIVER_DAYS ? [reason('long-waivers', { days: waiverDays })] : []),
  ];
}
