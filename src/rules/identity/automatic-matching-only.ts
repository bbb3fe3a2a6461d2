import { identifyingCalls } from '../../views/identify-calls.ts';
import { CALLED, sentMembers } from '../../views/pixel-identity.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const automaticMatchingOnly = defineRule({
  id: 'identity/automatic-matching-only',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'TikTok learns who the visitor is from ttq.identify, not only from automatic matching',
  why:
    'Automatic matching reads the form fields on the page when a button is clicked. On the next page, where most conversions are ' +
    'tracked, it no longer knows the visitor.',
  fix: 'Call ttq.identify({ email, phone_number }) on each page that knows the customer, and let automatic matching add to it.',
  source:
    'TikTok help centre, "Advanced Matching": manual and automatic; measured: auto_email, auto_phone_number',
  messages: {
    only: ({ what, page }: Args<'what' | 'page'>) =>
      `Automatic matching read the ${what} from a form on ${page}, but no page called ttq.identify`,
  },
  check(evidence) {
    if (identifyingCalls(evidence).length > 0 || sentMembers(evidence, ['email', 'phone_number']).length > 0)
      return [];
    const found = sentMembers(evidence, ['auto_email', 'auto_phone_number']);
    if (found.length === 0) return { inapplicable: 'Nothing told TikTok who the visitor is' };
    const { place, page } = found[0]!;
    const what = listed(found.map(({ field }) => CALLED[field]));
    return [finding('only', place, { args: { what, page: pathOf(page) }, page })];
  },
});
