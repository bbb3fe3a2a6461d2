import type { Evidence } from '../../evidence/evidence.ts';
import { contractFindings } from '../../views/contract.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { NOTHING_SENT } from '../server-side.ts';

/** How many requests it is about, as the start of a sentence. */
const requestsHave = (times: string | number) =>
  times === 1 ? 'A request to the Events API has' : `${times} requests to the Events API have`;

const messages = {
  missing: ({ times }: Args<'times'>) => `${requestsHave(times)} no Access-Token header`,
  empty: ({ times }: Args<'times'>) => `${requestsHave(times)} an empty Access-Token header`,
  bearer: ({ times, header }: Args<'times' | 'header'>) =>
    `${requestsHave(times)} the word Bearer before the token, in the ${header} header; Access-Token takes the token alone`,
  query: ({ times, parameter }: Args<'times' | 'parameter'>) =>
    `${requestsHave(times)} the token in the URL, as ${parameter}`,
  placeholder: ({ times }: Args<'times'>) =>
    `${requestsHave(times)} a placeholder instead of a token in the Access-Token header`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const tokenHeader = defineRule({
  id: 'events-api/token-header',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'The access token is sent bare, in the Access-Token header only',
  why: 'Without it, or with the word Bearer before it, every event is refused. In a URL it ends up in logs along the way.',
  fix: "Send the token from Events Manager as the value of the Access-Token header, without 'Bearer', and nowhere else.",
  source: 'TikTok Events API reference, "Authentication"; recorded answers 40104 and 40105',
  messages,
  stakes: ({ place }) => [place],
  check(evidence) {
    const sent = evidence.server.requests;
    if (sent.length === 0) return NOTHING_SENT;
    if (sent.every(({ unseen }) => unseen?.includes('headers')))
      return { inapplicable: 'The list of calls does not show their headers' };
    const findings = sent.flatMap((_request, index) => judge(index, evidence));
    return [...Map.groupBy(findings, ({ code }) => code).values()].map((same) =>
      counted(same[0]!, same.length),
    );
  },
});

function counted<F extends Found>(one: F, times: number): F {
  return { ...one, args: { ...one.args, times } };
}

function judge(index: number, evidence: Evidence): Found[] {
  const { url, headers } = evidence.server.requests[index]!;
  const place = `/server/requests/${index}`;
  const parameter = [...(URL.parse(url)?.searchParams.keys() ?? [])].find((name) =>
    /^access[-_]?token$/i.test(name),
  );
  if (parameter !== undefined) return [finding('query', `${place}/url`, { args: { parameter, times: 1 } })];
  const problem = contractFindings(evidence).find(
    ({ request, code }) => request === index && code.startsWith('token-'),
  );
  if (!problem) return [];
  switch (problem.code) {
    case 'token-placeholder':
      return [finding('placeholder', problem.place, { args: { times: 1 } })];
    case 'token-invalid': {
      const header = problem.path.endsWith('/authorization') ? 'Authorization' : 'Access-Token';
      return [finding('bearer', problem.place, { args: { header, times: 1 } })];
    }
    default:
      return [
        finding(headers['access-token'] === undefined ? 'missing' : 'empty', problem.place, {
          args: { times: 1 },
        }),
      ];
  }
}
