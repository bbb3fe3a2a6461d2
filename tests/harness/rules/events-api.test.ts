import { accepted } from '../../../src/rules/events-api/accepted.ts';
import { AT, all, set } from './clean.ts';
import { testRule } from './table.ts';

const answer = (code: number, message: string) => set(`${AT.server}/answer`, { code, message, data: {} });

testRule(accepted, [
  { name: 'code 0' },
  {
    name: 'refused with HTTP 200',
    change: answer(40002, 'Invalid value for event_id: not a valid string.'),
    findings: [
      {
        code: 'refused',
        message:
          'The Events API would refuse Purchase with code 40002: Invalid value for event_id: not a valid string.',
        place: AT.server,
      },
    ],
  },
  {
    name: 'two events in one request are refused together',
    change: all(
      set(`${AT.server}/body/data/1`, { event: 'AddToCart' }),
      answer(40105, 'Access token is incorrect or has been revoked.'),
    ),
    findings: [
      {
        code: 'refused',
        message:
          'The Events API would refuse Purchase and AddToCart with code 40105: Access token is incorrect or has been revoked.',
        place: AT.server,
      },
    ],
  },
  {
    name: 'an event without a name',
    change: all(set(`${AT.server}/body/data/0`, {}), answer(40002, 'Missing data.')),
    findings: [
      {
        code: 'refused',
        message: 'The Events API would refuse an event without a name with code 40002: Missing data.',
        place: AT.server,
      },
    ],
  },
  ...['', '<html>', [], null].map((body) => ({
    name: `a body without events: ${JSON.stringify(body)}`,
    change: all(set(`${AT.server}/body`, body), answer(40002, 'Missing data.')),
    findings: [
      {
        code: 'refused',
        message: 'The Events API would refuse a body without events with code 40002: Missing data.',
        place: AT.server,
      },
    ],
  })),
  {
    name: 'only one of two requests is refused',
    change: (evidence) => {
      evidence.server.requests.push({
        ...structuredClone(evidence.server.requests[0]!),
        answer: { code: 40100, message: 'Too many requests. Please retry in some time.' },
      });
    },
    findings: [
      {
        code: 'refused',
        message:
          'The Events API would refuse Purchase with code 40100: Too many requests. Please retry in some time.',
        place: '/server/requests/1',
      },
    ],
  },
  {
    name: 'nothing was sent',
    change: set('/server/requests', []),
    inapplicable: 'The server sent nothing to the Events API',
  },
]);
