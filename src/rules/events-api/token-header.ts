import { contractFindings } from '../../evidence/contract.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { finding } from '../finding.ts';
import type { Finding, Rule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { NOTHING_SENT } from '../server-side.ts';

export const tokenHeader: Rule = {
  id: 'events-api/token-header',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'The access token stands by itself in the header Access-Token',
  why: 'Without it, or with the word Bearer before it, every event is refused; in a URL it ends up in the logs on the way.',
  mend: "Send the token from Events Manager as the value of the header Access-Token, without 'Bearer', and nowhere else.",
  source: 'TikTok Events API reference, "Authentication"; recorded answers 40104 and 40105',
  messages: {
    missing: ({ where }) => `${where}: there is no header Access-Token`,
    empty: ({ where }) => `${where}: the header Access-Token is empty`,
    bearer: ({ where, header }) =>
      `${where}: the header ${header} holds a bearer token; Access-Token takes the bare token`,
    query: ({ where, parameter }) => `${where}: the token stands in the URL, as ${parameter}`,
    placeholder: ({ where }) => `${where}: the header Access-Token holds a placeholder, not a token`,
  },
  check(evidence) {
    const { requests } = evidence.server;
    if (requests.length === 0) return NOTHING_SENT;
    const findings = requests.flatMap((_request, index) => judge(index, evidence));
    return [...Map.groupBy(findings, ({ code }) => code).values()].map((same) => {
      const [first] = same;
      const where =
        same.length === 1 ? 'A request to the Events API' : `${same.length} requests to the Events API`;
      return finding(first!.code, first!.place, { args: { ...first!.args, where } });
    });
  },
};

function judge(index: number, evidence: Evidence): Finding[] {
  const { url, headers } = evidence.server.requests[index]!;
  const place = `/server/requests/${index}`;
  const parameter = [...(URL.parse(url)?.searchParams.keys() ?? [])].find((name) =>
    /^access[-_]?token$/i.test(name),
  );
  if (parameter !== undefined) return [finding('query', `${place}/url`, { args: { parameter } })];
  const problem = contractFindings(evidence).find(
    ({ request, code }) => request === index && code.startsWith('token-'),
  );
  if (!problem) return [];
  switch (problem.code) {
    case 'token-placeholder':
      return [finding('placeholder', problem.place)];
    case 'token-invalid': {
      const header = problem.path.endsWith('/authorization') ? 'Authorization' : 'Access-Token';
      return [finding('bearer', problem.place, { args: { header } })];
    }
    default:
      return [finding(headers['access-token'] === undefined ? 'missing' : 'empty', problem.place)];
  }
}
