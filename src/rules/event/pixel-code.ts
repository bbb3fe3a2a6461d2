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
  title: 'An event that names a pixel names one that its page has loaded',
  why: "TikTok's SDK sends an event only to the pixel named in the call. If the page has not loaded that pixel, nothing is sent.",
  fix:
    'Leave pixel_code out to send to every pixel on the page, or set it to the id that ttq.load has on this page. If a template fills ' +
    'it in, check what it outputs when the setting is empty.',
  source:
    'Measured on SDK builds of 2024 to 2026: only a missing or undefined pixel_code means all pixels; null as the third argument sends ' +
    'nothing once the SDK is running',
  messages: {
    empty: ({ event, page, code }: Args<'event' | 'page' | 'code'>) =>
      `${event} on ${page} was called with pixel_code ${code}, so nothing was sent: leave it out, or pass the id of a pixel`,
    unknown: ({ event, page, code }: Args<'event' | 'page' | 'code'>) =>
      `${event} on ${page} was called for pixel ${code}, which the page does not load, so nothing was sent`,
    'null-options': ({ event, page }: Args<'event' | 'page'>) =>
      `${event} on ${page} was called with null as its third argument, so nothing was sent: leave it out, or pass { event_id }`,
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
