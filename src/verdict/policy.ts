import type { RuleText } from '../rules/rule.ts';
import { type Refusal, refusal } from '../target/refusal.ts';
import type { Target } from '../target/target.ts';

/** What is wrong with what a target says of single rules: names that no rule has. */
export function policyProblems(
  { rules, waivers }: Pick<Target, 'rules' | 'waivers'>,
  known: readonly RuleText[],
): Refusal[] {
  const ids = known.map(({ id }) => id);
  const problem = (field: string, id: string) =>
    ids.includes(id) ? [] : [refusal('no-such-rule', { rule: id, near: near(id, ids) }, field)];
  return [
    ...Object.keys(rules).flatMap((id) => problem(`/rules/${id.replaceAll('/', '~1')}`, id)),
    ...waivers.flatMap(({ rule }, index) => problem(`/waivers/${index}/rule`, rule)),
  ];
}

/** The rules of its topic, or of its name in another topic. */
function near(id: string, ids: readonly string[]): string[] {
  const [topic, name] = id.split('/');
  return ids.filter((one) => one.startsWith(`${topic}/`) || one.endsWith(`/${name}`));
}
