import { record } from '../../tiktok/pixel-request.ts';
import { receivedEvents, sentEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PRIVACY_CONTROL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

export const gpcRespected = defineRule({
  id: 'consent/gpc-respected',
  severity: 'minor',
  scenarios: PRIVACY_CONTROL,
  needs: ['messages'],
  title: 'Events of a visitor with Global Privacy Control on carry limited_data_use, or are not sent',
  why: 'In several US states the signal is a valid opt-out of sale and sharing, and TikTok learns of it only through this field.',
  fix:
    'Load the pixel with { limited_data_use: true } if navigator.globalPrivacyControl is true, and set limited_data_use on the ' +
    "server's event if the request carries Sec-GPC with the value 1.",
  source: 'W3C, Global Privacy Control; TikTok help centre, "Limited Data Use"; option measured on the wire',
  messages: {
    browser: ({ events }: Args<'events'>) =>
      `The browser had Global Privacy Control on, but it sent ${events} to TikTok without limited_data_use`,
    server: ({ events }: Args<'events'>) =>
      `The browser had Global Privacy Control on, but the server sent ${events} without limited_data_use`,
  },
  check(evidence) {
    const sent = sentEvents(evidence).map(({ event, place }) => {
      const { body } = evidence.requests[Number(place.split('/')[2])]!;
      return { side: 'browser' as const, event, place, isLimited: record(body).limited_data_use === true };
    });
    const received = receivedEvents(evidence).map(({ event, place, limitedDataUse }) => {
      return { side: 'server' as const, event, place, isLimited: limitedDataUse === true };
    });
    const open = Map.groupBy(
      [...sent, ...received].filter(({ isLimited }) => !isLimited),
      ({ side }) => side,
    );
    return [...open].map(([side, events]) =>
      finding(side, events[0]!.place, { args: { events: eventNames(events.map(({ event }) => event)) } }),
    );
  },
});
