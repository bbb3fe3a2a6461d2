import type { RuleText } from '../rules/rule.ts';
import type { Target } from '../target/target.ts';

/** What is wrong with what a target says of single rules, one line each as `checkTarget` has them: names that no rule has. */
export function policyProblems(
  { rules, waivers }: Pick<Target, 'rules' | 'waivers'>,
  known: readonly RuleText[],
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
