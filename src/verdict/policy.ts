import type { RuleText } from '../rules/rule.ts';
import { type Refusal, refusal } from '../target/refusal.ts';
import { MAX_WAIVER_DAYS, type Target } from '../target/target.ts';

const DAY = 86_400_000;

/**
 * Mistakes in what a target says about single rules: unknown rule ids, and waivers that last longer than the target allows.
 *
 * @param today YYYY-MM-DD, in UTC
 */
export function policyProblems(
  { rules, waivers, gate }: Pick<Target, 'rules' | 'waivers' | 'gate'>,
  known: readonly RuleText[],
  today: string,
): Refusal[] {
  const ids = known.map(({ id }) => id);
  const problem = (field: string, id: string) =>
    ids.includes(id) ? [] : [refusal('no-such-rule', { rule: id, near: near(id, ids) }, field)];
  return [
    ...Object.keys(rules).flatMap((id) => problem(`/rules/${id.replaceAll('/', '~1')}`, id)),
    ...waivers.flatMap(({ rule }, index) => problem(`/waivers/${index}/rule`, rule)),
    ...waivers.flatMap(({ expires }, index) => {
      const days = gate.waiverDays ?? MAX_WAIVER_DAYS;
      const last = new Date(Date.parse(today) + days * DAY).toISOString().slice(0, 10);
      return expires > last
        ? [refusal('waiver-too-long', { expires, last, days }, `/waivers/${index}/expires`)]
        : [];
    }),
  ];
}

/** Rules of the same topic, or of the same name in another topic. */
function near(id: string, ids: readonly string[]): string[] {
  const [topic, name] = id.split('/');
  return ids.filter((one) => one.startsWith(`${topic}/`) || one.endsWith(`/${name}`));
}
