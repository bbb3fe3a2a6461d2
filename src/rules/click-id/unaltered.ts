import { unseenOf } from '../../views/blind.ts';
import { hopsOf, hopTable, lossOf, withoutClickId } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const unaltered = defineRule({
  id: 'click-id/unaltered',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The click id reaches the landing page exactly as the ad sent it',
  why: 'TikTok matches every character of the click id: a changed one belongs to no ad.',
  fix:
    'Let the hop named here pass the query string on unchanged: ttclid once, under the same name, in the same case, neither cut nor ' +
    'encoded again, and not behind a #.',
  source:
    'Measured on SDK builds of 2024 to 2026: the name is case-sensitive, the last of two values counts (in 2024 the first), and a ' +
    'fragment is not always read',
  messages: {
    altered: ({ how, from, to, change, way = '' }: Args<'how' | 'from' | 'to' | 'change', 'way'>) =>
      `The ${how} from ${from} to ${to} changed ttclid: ${change}${way}`,
    moved: ({ how, from, to, change, way = '' }: Args<'how' | 'from' | 'to' | 'change', 'way'>) =>
      `The ${how} from ${from} to ${to} moved the click id: ${change}${way}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const stops = hopsOf(evidence);
    if (stops.length === 0) return { inconclusive: 'No page was reached' };
    const loss = lossOf(evidence);
    if (loss?.rule === 'click-id/survives-redirects')
      return { inapplicable: 'The click id was lost on the way: see click-id/survives-redirects' };
    if (loss?.unseen) return loss.unseen;
    // The evidence does not always show whether the server got what is only in the fragment.
    if (!loss) return stops.at(-1)?.state === 'fragment' ? (unseenOf(['server'], evidence) ?? []) : [];
    const { stop, before, landing } = loss;
    const args = {
      how: stop.how,
      from: before ? withoutClickId(before.url) : 'the ad',
      to: withoutClickId(stop.url),
      change: stop.change,
      way: `\n${hopTable(stops)}`,
    };
    const code = stop.state === 'altered' ? 'altered' : 'moved';
    return [finding(code, stop.place, { args, page: landing.url })];
  },
});
