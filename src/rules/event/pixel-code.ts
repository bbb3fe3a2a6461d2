import { sdkRan } from '../../views/documents.ts';
import { addressee, eventCallStates } from '../../views/owed.ts';
import { finding, pathOf, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const pixelCode = defineRule({
  id: 'event/pixel-code',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'An event that is called for one pixel names a pixel that its page has loaded',
  why: "TikTok's SDK sends an event to the pixel that the call names and to no other: for one it does not have, it sends nothing.",
  fix:
    'Leave pixel_code out to send to every pixel on the page, or give it the id that ttq.load has on this page. Where a template fills ' +
    'it in, look at what it gives when the setting is empty.',
  source:
    'Measured on SDK builds of 2024 to 2026: only a pixel_code that is missing or undefined means all pixels; null in place of the ' +
    'third argument sends nothing once the SDK is there',
  messages: {
    empty: ({ event, page, code }: Args<'event' | 'page' | 'code'>) =>
      `${event} on ${page} was called with pixel_code ${code}, so nothing was sent: leave it out, or give the id of a pixel`,
    unknown: ({ event, page, code }: Args<'event' | 'page' | 'code'>) =>
      `${event} on ${page} was called for pixel ${code}, which the page does not load, so nothing was sent`,
    'null-options': ({ event, page }: Args<'event' | 'page'>) =>
      `${event} on ${page} was called with null as its third argument, so nothing was sent: leave it out, or give { event_id }`,
  },
  check(evidence) {
    if (!sdkRan(evidence)) return { inapplicable: 'The SDK did not run: see pixel/sdk-loads' };
    const lost = eventCallStates(evidence).filter(
      ({ because, isSent }) => !isSent && (because === 'no-pixel' || because === 'null-options'),
    );
    const same = Map.groupBy(lost, ({ call, event: { event, page }, because }) =>
      JSON.stringify([event, pathOf(page), because, addressee(call)]),
    );
    return [...same.values()].map(([first]) => {
      const {
        call,
        because,
        event: { event, page, place },
      } = first!;
      const named = addressee(call);
      const isNamed = typeof named === 'string' && named.trim() !== '';
      const code = because === 'null-options' ? because : isNamed ? 'unknown' : 'empty';
      return finding(code, place, { args: { event, page: pathOf(page), code: shown(named) }, event, page });
    });
  },
});
