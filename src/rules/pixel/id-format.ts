import { malformedIds } from '../../views/pixel-ids.ts';
import { finding, pathOf, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const idFormat = defineRule({
  id: 'pixel/id-format',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  title: 'Each pixel id has the right form: 20 capital letters and digits',
  why: 'TikTok knows no pixel with an id of any other form: its script loads but sends nothing.',
  fix: 'Copy the id from Events Manager, and check how the template fills it in.',
  source:
    'Every id seen on SDK builds of 2024 to 2026; SDK diagnostics INVALID_PIXEL_CODE and MISSING_PIXEL_CODE',
  messages: {
    none: ({ page }: Args<'page'>) => `The pixel is loaded without an id on ${page}`,
    placeholder: ({ id, page }: Args<'id' | 'page'>) => `The pixel id on ${page} is the placeholder ${id}`,
    blanks: ({ id, page }: Args<'id' | 'page'>) => `The pixel id ${id} on ${page} contains blanks`,
    'lower-case': ({ id, page }: Args<'id' | 'page'>) =>
      `The pixel id ${id} on ${page} has lower-case letters instead of capitals`,
    characters: ({ id, page }: Args<'id' | 'page'>) =>
      `The pixel id ${id} on ${page} has characters other than capital letters and digits`,
    length: ({ id, page, length }: Args<'id' | 'page' | 'length'>) =>
      `The pixel id ${id} on ${page} has ${length} characters; wanted 20`,
  },
  check(evidence, target) {
    const { given, malformed } = malformedIds(evidence, target);
    if (given === 0) return { inapplicable: 'No pixel was loaded: see pixel/sdk-loads' };
    const once = Map.groupBy(malformed, ({ id, page }) => `${id} ${pathOf(page)}`);
    return [...once.values()].map(([first]) => {
      const { id, problem, page, place } = first!;
      return finding(problem, place, {
        args: { id: shown(id), page: pathOf(page), length: id.length },
        page,
      });
    });
  },
});
