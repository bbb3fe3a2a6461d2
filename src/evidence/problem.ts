import Type, { type Static } from 'typebox';
import { Arguments } from './args.ts';
import { type Refused, wayIn, wayToReach } from './closed-door.ts';
import { BEGIN_LOGGED_IN, isLogin } from './login.ts';

/** Why a visit is broken or missing: a code with arguments, and the message made from them. All wordings are in this file. */
export const Problem = Type.Object(
  {
    kind: Type.Enum(['unreachable', 'step', 'crash', 'sdk', 'recorder', 'missing']),
    code: Type.String(),
    args: Arguments,
    message: Type.String({ description: 'For people: made from code and args' }),
  },
  { additionalProperties: false, description: 'Why the visit is broken or missing' },
);
export type Problem = Static<typeof Problem>;
export type ProblemKind = Problem['kind'];

interface Wording<Args> {
  kind: ProblemKind;
  message(args: Args): string;
}

function of<Args extends object = Record<never, never>>(
  kind: ProblemKind,
  message: (args: Args) => string,
): Wording<Args> {
  return asIs(kind, (args) => message(withoutStops(args)));
}

function asIs<Args>(kind: ProblemKind, message: (args: Args) => string): Wording<Args> {
  return { kind, message };
}

/** Errors of browsers and of Node may end with a full stop; the wording goes on with punctuation of its own. */
function withoutStops<Args extends object>(args: Args): Args {
  const trimmed = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.replace(/(?<!\.)\.$/, '') : value,
  ]);
  return Object.fromEntries(trimmed);
}

/** How a server ended, and why, as far as is known. */
interface ServerEnd {
  server: string;
  exitCode?: number;
  signal?: string;
  /** The error of a command that could not be started, and the folder it should have run in. */
  error?: string;
  folder?: string;
}
interface ServerCause {
  /** Why the preloaded stub refused the process. */
  refusal?: string;
  /** 1 if a port that it listens on is in use. */
  portTaken?: number;
}

interface StepPlace {
  index: number;
  of: number;
  step: string;
  page: string;
  error: string;
}

const PROBLEMS = {
  'address-taken': of(
    'unreachable',
    ({ server, url }: { server: string; url: string }) =>
      `${server} did not start: something already answers at ${url}, so its address is in use`,
  ),
  'server-not-started': of(
    'unreachable',
    ({ server, error }: { server: string; error: string }) => `${server} was not started: ${error}`,
  ),
  'server-ended-early': of(
    'unreachable',
    (args: ServerEnd & ServerCause & { url: string }) =>
      `${args.server} did not start: it ended ${end(args)} before it answered at ${args.url}${cause(args)}`,
  ),
  'server-silent': of(
    'unreachable',
    (args: ServerCause & { server: string; url: string; seconds: number }) =>
      `${args.server} did not start: it did not answer at ${args.url} within ${args.seconds} seconds${cause(args)}`,
  ),
  'server-ended': of(
    'unreachable',
    (args: ServerEnd & ServerCause) =>
      `${args.server} did not keep running: it ended ${end(args)} during the run${cause(args)}`,
  ),
  'no-answer': of(
    'unreachable',
    ({ origin, error }: { origin: string; error: string }) =>
      `${origin} cannot be reached (${error}). ${wayToReach(error)}`,
  ),
  'http-error': of(
    'step',
    ({ url, ...refused }: { url: string } & Refused) =>
      `${url} answered HTTP ${refused.status}.${spaced(wayIn(refused))}`,
  ),
  step: of(
    'step',
    ({ reported, status, ...at }: StepPlace & { reported?: string; status?: number }) =>
      `The journey broke off at step ${at.index} of ${at.of}, ${at.step}, on ${at.page}: ${at.error}` +
      `${reported === undefined ? '' : `; the page reported "${reported}"`}` +
      `${status === undefined ? '' : `. That page was answered with HTTP ${status}.${spaced(wayIn({ status }))}`}` +
      `${isLogin(at.page) ? `. That page looks like a login: ${BEGIN_LOGGED_IN}` : ''}`,
  ),
  'setup-step': of(
    'step',
    (at: StepPlace) =>
      `The setup broke off at step ${at.index} of ${at.of}, ${at.step}, on ${at.page}: ${at.error}. No visit was made: see "setup" in the target file`,
  ),
  'consent-step': of(
    'step',
    ({ answer, ...at }: StepPlace & { answer: string }) =>
      `The consent banner could not be answered: consent.${answer}, step ${at.index} of ${at.of}, ${at.step}, on ${at.page}: ${at.error}`,
  ),
  /** With `"consent": "auto"`. */
  'consent-unknown': of(
    'step',
    ({ page, tool, why }: { page: string; tool?: string; why?: string }) =>
      `The consent banner of ${page} could not be answered automatically: ${tool === undefined ? 'no known consent tool was found there' : `it belongs to ${tool}, and ${why}`}. ` +
      'Write the steps that answer it into "consent" of the target file',
  ),
  'browser-crashed': of('crash', () => 'The browser crashed.'),
  'page-crashed': of('crash', () => 'The page crashed.'),
  'page-closed': of('crash', () => 'The page was closed before the visit was over.'),
  'sdk-script': asIs('sdk', ({ error }: { error: string }) => error),
  'double-unreached': of(
    'recorder',
    ({ obstacle }: { obstacle: string }) =>
      `The browser does not reach the test double of TikTok: ${obstacle}. No page was opened.`,
  ),
  'last-request-lost': of(
    'recorder',
    ({ obstacle }: { obstacle: string }) =>
      `The last request of the visit did not reach the test double of TikTok: ${obstacle}. Requests of the pages may not have reached it either: look for a service worker, or a route of your own test, that answers or aborts them.`,
  ),
  'page-busy': of(
    'step',
    ({ page, reported }: { page: string; reported?: string }) =>
      `${page} no longer responds: one of its scripts never ends${reported === undefined ? '' : `. The page reported "${reported}"`}.`,
  ),
  /** In a user's own test. */
  'answered-by-test': of(
    'recorder',
    ({ method, url, how }: { method: string; url: string; how: string }) =>
      `${method} ${url} did not reach the test double of TikTok: ${how}. Let page.route and context.route continue requests ` +
      'to TikTok: the double sends nothing there.',
  ),
  'leaving-took-too-long': of(
    'step',
    ({ seconds }: { seconds: number }) =>
      `The pages could not be left within ${seconds} seconds: a handler of pagehide, visibilitychange or unload does not end.`,
  ),
  'no-tap': of('recorder', () => 'The call tap did not run in any page.'),
  undelivered: of(
    'recorder',
    ({ method, url, error }: { method: string; url: string; error: string }) =>
      `${method} ${url} could not be delivered to TikTok: ${error}.`,
  ),
  'lacks-documents': of('recorder', () => 'The evidence has no document, so nothing of the visit was seen.'),
  /** Of a HAR. */
  'starts-late': of(
    'recorder',
    ({ url, start }: { url: string; start: string }) =>
      `The HAR begins in the middle of a visit, on ${url}; wanted the whole visit, from ${start} on. What is missing from it proves ` +
      'nothing. Record it again with the network log open before the first page.',
  ),
  'lacks-steps': of(
    'recorder',
    ({ found, wanted }: { found: number; wanted: number }) =>
      `The evidence has ${found} of the ${wanted} steps of its journey: it does not cover the whole visit.`,
  ),
  'recorder-failed': of('recorder', ({ error }: { error: string }) => `The recorder failed: ${error}`),
  'evidence-gone': of(
    'recorder',
    ({ file }: { file: string }) => `its evidence file ${file} is gone; something else has removed it`,
  ),
  /** Evidence or a report that could not be written, by us or by Playwright. */
  unwritten: asIs('missing', ({ error }: { error: string }) => error),
  'not-run': of('missing', () => 'not run'),
  skipped: of('missing', () => 'skipped'),
  interrupted: of('missing', () => 'interrupted'),
  'no-evidence': of('missing', () => 'none is in the folder'),
  'test-failed': asIs('missing', ({ error }: { error: string }) => error),
  'no-verdicts': of(
    'missing',
    ({ status }: { status: string }) => `its test ended as ${status} without verdicts`,
  ),
  'some-runs': of('recorder', (args: { times: number; runs: number; isMissing: number; first: string }) => {
    const what = args.isMissing === 1 ? 'there is no evidence' : 'it broke off';
    return `in ${args.times} of ${args.runs} runs ${what}: ${args.first}`;
  }),
  /** Evidence older than version 4 has only the sentence. */
  recorded: asIs('recorder', ({ text }: { text: string }) => text),
};

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemArgs<Code extends ProblemCode> = Parameters<(typeof PROBLEMS)[Code]['message']>[0];

/** @param kind overrides the code's own kind */
export function problem<Code extends ProblemCode>(
  code: Code,
  args: ProblemArgs<Code>,
  kind: ProblemKind = PROBLEMS[code].kind,
): Problem {
  const { message } = PROBLEMS[code] as Wording<ProblemArgs<Code>>;
  return { kind, code, args: args as Arguments, message: message(args) };
}

/** The wording where a visit's problem was not recorded. */
export const UNKNOWN_PROBLEM = 'for a reason that was not recorded';

function spaced(sentences: string): string {
  return sentences === '' ? '' : ` ${sentences}`;
}

function end({ exitCode, signal, error, folder }: ServerEnd): string {
  if (error !== undefined) return `at once, started in ${folder} (${error}),`;
  return signal === undefined ? `with code ${exitCode}` : `by ${signal}`;
}

function cause({ refusal, portTaken }: ServerCause): string {
  if (refusal !== undefined) return `: ${refusal}`;
  if (portTaken === 1)
    return ' (EADDRINUSE: another program uses a port that it listens on; end that program, or use {port} in the target file)';
  return '';
}
