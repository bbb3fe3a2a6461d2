import { decodeServerRequest } from '../../tiktok/events-api/decode.ts';
import { record, text } from '../../tiktok/pixel-request.ts';
import { finding, listed } from '../finding.ts';
import type { Rule } from '../rule.ts';

export const accepted: Rule = {
  id: 'events-api/accepted',
  severity: 'blocker',
  title: 'The Events API takes what the server sends',
  why: 'A refused request is lost. The service answers HTTP 200 all the same, so nobody notices.',
  mend: 'Mend the field that the answer names, and let the server log every answer whose code is not 0.',
  source: 'TikTok Events API reference, "Report events 2.0"; recorded answers',
  messages: {
    refused: ({ event, code, message }) =>
      `The Events API would refuse ${event} with code ${code}: ${message}`,
  },
  check(evidence) {
    const { requests } = evidence.server;
    if (requests.length === 0) return { inapplicable: 'The server sent nothing to the Events API' };
    return requests.flatMap(({ url, body, answer }, index) => {
      const { code, message } = record(answer);
      if (code === 0) return [];
      const events = decodeServerRequest(url, body).map(({ event }) => event || 'an event without a name');
      const args = {
        event: events.length > 0 ? listed(events) : 'a body without events',
        code: typeof code === 'number' ? code : 'none',
        message: text(message),
      };
      return [
        finding('refused', `/server/requests/${index}`, { args, ...(events[0] ? { event: events[0] } : {}) }),
      ];
    });
  },
};
