import { redacted } from '../../masking/mask.ts';
import { unseenNames } from '../../views/blind.ts';
import { personalDataOf } from '../../views/personal.ts';
import { titlesOf } from '../../views/titles.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const titlesClean = defineRule({
  id: 'privacy/titles-clean',
  severity: 'normal',
  scenarios: ALL,
  needs: ['messages'],
  needsToPass: ['pages'],
  title: 'No title of a page with the pixel contains personal data',
  why: "The SDK collects each page's title and description on its own and sends them.",
  fix: 'Greet the customer in the page, not in its title.',
  source:
    'Measured: the SDK sends the title, description and Open Graph tags of each page, action "Metadata"',
  messages: {
    title: ({ page, what }: Args<'page' | 'what'>) => `The title of ${page} contains the visitor's ${what}`,
  },
  check(evidence, target) {
    const titles = titlesOf(evidence);
    if (titles.length === 0) return { inapplicable: 'No title of a page with the pixel is known' };
    const find = personalDataOf(evidence, target);
    const reported = new Set<string>();
    const findings = titles.flatMap(({ title, page, place }) => {
      const at = pathOf(redacted(page));
      const found = find(title).filter((what) => !reported.has(`${at} ${what}`));
      if (found.length === 0) return [];
      for (const what of found) reported.add(`${at} ${what}`);
      return [finding('title', place, { args: { page: at, what: listed(found) }, page })];
    });
    return findings.length === 0 ? (unseenNames(evidence, target) ?? []) : findings;
  },
});
