import type { Rule } from '../rules/rule.ts';
import type { Severity, Target } from '../target/target.ts';

/** What is wrong with what a target says of single rules, one line each as `checkTarget` has them: names that no rule has. */
export function policyProblems(
  { rules, waivers }: Pick<Target, 'rules' | 'waivers'>,
  known: readonly Rule[],
): string[] {
  const ids = known.map(({ id }) => id);
  const problem = (path: string, id: string) =>
    ids.includes(id) ? [] : [`${path}: found no rule ${JSON.stringify(id)}; wanted ${wanted(id, ids)}`];
  return [
    ...Object.keys(rules).flatMap((id) => problem(`/rules/${id.replaceAll('/', '~1')}`, id)),
    ...waivers.flatMap(({ rule }, index) => problem(`/waivers/${index}/rule`, rule)),
  ];
}

/** The rules of its topic, or of its name in another topic. */
function wanted(id: string, ids: string[]): string {
  const [topic, name] = id.split('/');
  const near = ids.filter((one) => one.startsWith(`${topic}/`) || one.endsWith(`/${name}`));
  return near.length > 0 ? `one of ${near.join(', ')}` : 'one of those in docs/rules.md';
}

/** The severity that a rule's failures have for a target; undefined where it switches the rule off. */
export function severityOf({ id, severity }: Rule, { rules }: Pick<Target, 'rules'>): Severity | undefined {
  const said = rules[id] ?? severity;
  return said === 'off' ? undefined : said;
}
