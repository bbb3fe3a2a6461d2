import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Arguments, Rule } from '../../../src/rules/rule.ts';

/*
 * The wordings of all rules are in wording.json, each with the arguments of a case that shows it: a change of wording is one
 * diff there, and the tables of the rules compare only codes and arguments. After a change:
 *
 *   npx playwright test -c tests/harness/playwright.config.ts harness/rules/ --grep 'every message' --update-snapshots=all --workers=1
 */
const FILE = fileURLToPath(new URL('wording.json', import.meta.url));

export interface Wording {
  code: string;
  args: Arguments;
  message: string;
}

type Wordings = Record<string, Wording[]>;
/** A rule over a visit, or over a run. */
type Worded = Pick<Rule, 'id' | 'messages'>;

export function knownWordings(): Wordings {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Wordings;
}

export function keepWordings(rule: string, wordings: Wording[]): void {
  const all = { ...knownWordings(), [rule]: wordings };
  const sorted = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

/** For each code, the first findings that differ in which arguments are empty, where a message leaves something out. */
export function wordingsOf(rule: Worded, findings: readonly { code: string; args: Arguments }[]): Wording[] {
  const shape = ({ code, args }: { code: string; args: Arguments }) =>
    JSON.stringify([code, ...Object.keys(args).filter((name) => args[name] !== '')]);
  return [...Map.groupBy(findings, shape).values()].map(([first]) => {
    const { code, args } = first!;
    return { code, args, message: wordingOf(rule, code, args) };
  });
}

export function wordingOf(rule: Worded, code: string, args: Arguments): string {
  const message = rule.messages[code];
  if (!message) throw new Error(`${rule.id} has no wording for ${code}`);
  return message(args);
}
