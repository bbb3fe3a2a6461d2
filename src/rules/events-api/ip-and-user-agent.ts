import { formOf } from '../../views/contract.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { isStray, unreadFields } from '../../views/layout.ts';
import { browserAgents } from '../../views/offer.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

const messages = {
  missing: ({ event, what }: Args<'event' | 'what'>) => `${event} reached the Events API without ${what}`,
  'no-address': ({ event }: Args<'event'>) => `The ip of ${event} is not an IP address`,
  'own-agent': ({ event, agent }: Args<'event' | 'agent'>) =>
    `The user agent of ${event} is that of a program: ${agent}`,
  'other-agent': ({ event, agent }: Args<'event' | 'agent'>) =>
    `The user agent of ${event} is not that of the browser: ${agent}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const ipAndUserAgent = defineRule({
  id: 'events-api/ip-and-user-agent',
  severity: 'normal',
  scenarios: ALL,
  needs: ['server'],
  title: "The server's events carry the visitor's IP address and user agent",
  why: "Together they match visitors about whom nothing else is known. The server's own address and user agent match only the server.",
  fix:
    "Take IP address and user agent from the visitor's request: the address passed on by the proxy in front (X-Forwarded-For, first entry) and the " +
    'User-Agent header, unchanged.',
  source: 'TikTok Events API reference: user.ip and user.user_agent, neither hashed',
  messages,
  check(evidence) {
    const events = receivedEvents(evidence).filter(({ source }) => source === 'web' || source === '');
    if (events.length === 0) return { inapplicable: 'The server sent no website event' };
    const unread = unreadFields(evidence);
    const agents = browserAgents(evidence);
    const problems = events.flatMap((event) => {
      const missing = missingIn(event).filter(({ field }) => !isStray(field, event, unread));
      const what = missing.map(({ name }) => name).join(' and ');
      return [
        ...(what ? [{ event, code: 'missing' as const, place: event.place, what, agent: '' }] : []),
        ...wrongIn(event, agents),
      ];
    });
    const groups = Map.groupBy(problems, ({ code, what, agent }) => JSON.stringify([code, what, agent]));
    return [...groups.values()].map((same) => {
      const { event, code, place, what, agent } = same[0]!;
      const args = { event: eventNames(same.map((one) => one.event.event)), what, agent };
      return finding(code, place, { args, event: event.event, page: event.page });
    });
  },
});

function missingIn({ user }: ReceivedEvent) {
  const both = [
    { field: 'ip', name: 'ip', value: user.ip },
    { field: 'userAgent', name: 'user_agent', value: user.userAgent },
  ] as const;
  return both.filter(({ value }) => value.trim() === '');
}

/** An address, of any version, whose digits are known or masked. */
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|(?=.*:)[\da-f:.]+)$/i;

/** User agents of programs that send HTTP requests. */
const PROGRAM =
  /^(node|undici|axios|got|node-fetch|superagent|python|aiohttp|httpx|curl|wget|go-http-client|okhttp|java|apache-httpclient|guzzle(?:http)?|php|symfony|ruby|faraday|rest-client|dart|postman|insomnia|libwww|deno|bun)\b/i;

function wrongIn(event: ReceivedEvent, agents: Set<string>) {
  const { user, place, places } = event;
  const agent = user.userAgent.trim();
  const wrong: { event: ReceivedEvent; code: Found['code']; place: string; what: string; agent: string }[] =
    [];
  const add = (code: Found['code'], at: string | undefined, shown: string) =>
    wrong.push({ event, code, place: at ?? place, what: '', agent: shown });
  if (user.ip.trim() !== '' && !ADDRESS.test(formOf(user.ip).trim())) add('no-address', places.ip, '');
  if (PROGRAM.test(agent)) add('own-agent', places.userAgent, agent);
  else if (agent !== '' && agents.size > 0 && !agents.has(agent)) add('other-agent', places.userAgent, agent);
  return wrong;
}
