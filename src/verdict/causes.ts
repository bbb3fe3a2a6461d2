import type { ProblemArgs, ProblemCode } from '../evidence/problem.ts';
import { withShortMasks } from '../masking/mask.ts';
import type { ReportedFinding, Verdict, VisitVerdicts } from './verdict.ts';

type Role = 'subject' | 'place' | 'trait' | 'instance';
type OfProblem = { [Code in ProblemCode]: keyof ProblemArgs<Code> }[ProblemCode];

/**
 * How the arguments of findings and problems count in deciding whether two of them are the same fault.
 *
 * - subject: names what it is about, and is the same in every run: baselines use these
 * - place: where it happened; parts of a URL or path that come from an order or a session are ignored
 * - trait: distinguishes it from others in one run
 * - instance: ids, values, times and counts, which differ though the fault is the same
 */
const ARGUMENTS: Readonly<Record<OfProblem, Role> & Record<string, Role>> = {
  after: 'instance',
  age: 'instance',
  agent: 'trait',
  ahead: 'instance',
  answer: 'trait',
  asks: 'trait',
  audience: 'subject',
  before: 'instance',
  browser: 'instance',
  by: 'trait',
  cache: 'trait',
  call: 'trait',
  calls: 'instance',
  carried: 'instance',
  challenge: 'trait',
  change: 'instance',
  code: 'trait',
  cookie: 'subject',
  cookies: 'subject',
  copies: 'instance',
  count: 'instance',
  days: 'instance',
  detail: 'instance',
  directive: 'trait',
  domain: 'trait',
  domains: 'trait',
  early: 'trait',
  encoding: 'trait',
  error: 'trait',
  event: 'subject',
  events: 'subject',
  exitCode: 'trait',
  fault: 'trait',
  field: 'subject',
  fields: 'subject',
  file: 'instance',
  first: 'trait',
  folder: 'trait',
  found: 'instance',
  frame: 'trait',
  from: 'place',
  given: 'instance',
  header: 'subject',
  hint: 'trait',
  host: 'subject',
  hours: 'instance',
  how: 'trait',
  id: 'instance',
  ids: 'instance',
  index: 'trait',
  inert: 'place',
  instead: 'trait',
  isMissing: 'trait',
  journey: 'trait',
  kept: 'instance',
  kind: 'trait',
  late: 'trait',
  length: 'instance',
  life: 'trait',
  limit: 'instance',
  line: 'instance',
  lines: 'instance',
  lost: 'instance',
  meant: 'trait',
  member: 'subject',
  message: 'trait',
  method: 'subject',
  missed: 'trait',
  missing: 'subject',
  money: 'instance',
  ms: 'instance',
  name: 'trait',
  names: 'trait',
  now: 'trait',
  obstacle: 'trait',
  of: 'trait',
  offered: 'instance',
  one: 'instance',
  only: 'trait',
  options: 'trait',
  origin: 'place',
  other: 'trait',
  page: 'place',
  pages: 'place',
  parameter: 'subject',
  path: 'place',
  pixel: 'subject',
  pixels: 'trait',
  place: 'trait',
  portTaken: 'trait',
  price: 'instance',
  problem: 'trait',
  property: 'subject',
  quantity: 'instance',
  reason: 'trait',
  refusal: 'trait',
  reported: 'trait',
  rest: 'trait',
  retryAfter: 'instance',
  right: 'instance',
  runs: 'instance',
  script: 'instance',
  seconds: 'instance',
  seen: 'trait',
  sent: 'instance',
  server: 'instance',
  side: 'subject',
  signal: 'trait',
  source: 'instance',
  span: 'instance',
  standard: 'trait',
  start: 'place',
  status: 'trait',
  step: 'trait',
  sum: 'instance',
  text: 'trait',
  times: 'instance',
  to: 'place',
  token: 'trait',
  tool: 'trait',
  topic: 'subject',
  tracked: 'instance',
  ttp: 'trait',
  type: 'trait',
  typed: 'trait',
  url: 'place',
  value: 'instance',
  visits: 'instance',
  wait: 'instance',
  wall: 'place',
  wanted: 'trait',
  way: 'instance',
  what: 'place',
  why: 'trait',
  zone: 'trait',
};

type Args = Readonly<Record<string, string | number>>;

/** An unlisted argument gets the role that separates more: reporting one fault twice is better than reporting two as one. */
function roleOf(name: string): Role {
  return hasRole(name) ? ARGUMENTS[name]! : 'trait';
}

export function hasRole(name: string): boolean {
  return Object.hasOwn(ARGUMENTS, name);
}

/** The arguments that a baseline keeps. */
export function subjectsOf(args: Args): Args {
  const named = Object.entries(args).filter(([name]) => roleOf(name) === 'subject');
  return Object.fromEntries(named.sort());
}

/** Equal texts for findings of one rule that are one fault, in any number of visits and orders. */
export function causeOf({ code, args, event, message }: ReportedFinding): string {
  // A failure without a code has only its reason.
  return code === '' ? message : JSON.stringify([code, event ?? '', causesIn(args)]);
}

/** Equal texts for findings of one rule that are one fault of a site, on any of its pages. */
export function faultOf(finding: ReportedFinding): string {
  const { page: _, ...args } = finding.args;
  return causeOf({ ...finding, args });
}

/** The page of a finding, the same for the pages of several orders. */
export function pageOf({ page }: ReportedFinding): string | undefined {
  return page === undefined ? undefined : withoutInstances(page);
}

/** Subjects of which each site has its own. */
const OF_SITE: ReadonlySet<string> = new Set(['host', 'pixel']);

/** Equal texts for findings of one rule that are one kind of fault, on any site. */
export function kindOf({ code, args, event, message }: ReportedFinding): string {
  if (code === '') return message;
  const subjects = Object.entries(subjectsOf(args)).filter(([name]) => !OF_SITE.has(name));
  return JSON.stringify([code, event ?? '', subjects]);
}

/**
 * Equal texts for visits that broke off, or were not made, because of the same thing.
 *
 * @param isOneTarget whether all are of one target: addresses and journeys differ from site to site
 */
export function causeOfStop(
  { outcome, problem }: Pick<VisitVerdicts, 'outcome' | 'problem'>,
  isOneTarget = true,
): string {
  if (problem === undefined) return outcome;
  const { kind, code, args } = problem;
  return JSON.stringify([outcome, kind, code, ...(isOneTarget ? [causesIn(args)] : [])]);
}

/** Equal texts for verdicts of one rule that could not be given for the same reason. */
export function causeOfDoubt(verdict: Verdict): string {
  return isUnstable(verdict) ? 'unstable' : JSON.stringify([verdict.reason ?? '', verdict.unseen ?? []]);
}

/** Whether a verdict was not the same in all runs of its visit. */
export function isUnstable({ outcome, runs = {} }: Verdict): boolean {
  return outcome === 'inconclusive' && Object.keys(runs).length > 1;
}

function causesIn(args: Args): [string, string | number][] {
  return Object.entries(args)
    .flatMap(([name, value]): [string, string | number][] => {
      const role = roleOf(name);
      if (role === 'instance') return [];
      if (typeof value !== 'string') return [[name, value]];
      return [[name, role === 'place' ? withoutInstances(value) : withShortMasks(value)]];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Paths or URLs without queries, fragments, and path segments that contain a number of something. */
function withoutInstances(places: string): string {
  return places.replace(/[?#][^\s,]*/g, '').replace(/(?<=\/)(?:[^/\s,]*\d{3}[^/\s,]*|\d+(?=[/\s,]|$))/g, '#');
}
