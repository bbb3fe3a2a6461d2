import { createHash } from 'node:crypto';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import type { RuleText } from '../rules/rule.ts';
import type { Severity } from '../target/target.ts';
import { compareText, findingsOf, type Seat, seatsOf } from '../verdict/breaches.ts';
import { isInconclusive, visitName } from '../verdict/gate.ts';
import type { AuditVerdicts, ReportedFinding, Verdict } from '../verdict/verdict.ts';
import { visitIdOf } from '../verdict/visit-id.ts';
import { ruleDocUrl } from './doc-link.ts';
import { relativeLink } from './escape.ts';
import { type RuleTexts, topicOf } from './terminal.ts';

/** How `sarifLog` writes. */
export interface SarifStyle {
  /** Version of this project. */
  version: string;
  /** The reports folder, relative to the root of the repository, as GitHub wants paths. */
  reports: string;
  /** Absolute URL of docs/rules.md, if there is one. */
  rulesPage?: string | undefined;
}

/** GitHub refuses a whole file if a run has more results. */
const MOST_RESULTS = 25_000;
/** GitHub's limit for a rule's descriptions, in characters. */
const DESCRIPTION = 1_024;

type Level = 'error' | 'warning' | 'note' | 'none';

const LEVEL: Record<Severity, Level> = {
  blocker: 'error',
  critical: 'error',
  normal: 'warning',
  minor: 'note',
  trivial: 'note',
};

/**
 * An audit as SARIF 2.1.0, ready to be written as JSON: one run, with a result for each finding and one of kind `open` for each
 * rule that could not be judged in a complete visit. Passes and rules that do not apply give no result. Visits that broke off or
 * were not made are notifications of the invocation.
 *
 * A result's first location is its evidence file, because GitHub accepts only paths within the repository; the page, the event
 * and the place in the evidence are logical locations.
 */
export function sarifLog(audit: AuditVerdicts, rules: RuleTexts, style: SarifStyle): object {
  const seats = seatsOf(audit.targets);
  const verdicts = seats.flatMap((seat) => seat.visit.verdicts.map((verdict) => ({ seat, verdict })));
  const ids = [...new Set([...rules.keys(), ...verdicts.map(({ verdict }) => verdict.rule)])].sort(
    compareText,
  );
  const results = worstFirst(
    verdicts.flatMap(({ seat, verdict }) => resultsOf(seat, verdict, ids.indexOf(verdict.rule), style)),
  );
  const dropped = results.length - MOST_RESULTS;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ttq-conformance',
            version: style.version,
            rules: ids.map((id) => descriptor(id, rules.get(id), style)),
          },
        },
        invocations: [invocation(audit, seats, dropped)],
        columnKind: 'utf16CodeUnits',
        results: results.slice(0, MOST_RESULTS),
      },
    ],
  };
}

function descriptor(id: string, rule: RuleText | undefined, { rulesPage }: SarifStyle): object {
  const source = rule?.source.match(/https:\/\/[^\s)>\]]+[^\s)>\].,;]/)?.[0];
  const helpUri = rulesPage && URL.canParse(rulesPage) ? ruleDocUrl(id, rulesPage) : source;
  const title = rule?.title ?? id;
  const severity = rule?.severity;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title.slice(0, DESCRIPTION) },
    fullDescription: { text: (rule ? `${title}. ${rule.why}` : id).slice(0, DESCRIPTION) },
    help: help(id, rule),
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: severity ? LEVEL[severity] : 'error' },
    properties: {
      tags: ['tiktok', topicOf(id)],
      ...(severity ? { severity, 'problem.severity': PROBLEM[LEVEL[severity]] } : {}),
    },
  };
}

/** GitHub's terms. */
const PROBLEM: Record<Level, string> = {
  error: 'error',
  warning: 'warning',
  note: 'recommendation',
  none: 'recommendation',
};

function help(id: string, rule: RuleText | undefined): object {
  if (!rule) return { text: id };
  const parts = [
    ['Why', rule.why],
    ['What to do', rule.fix],
    ['Source', rule.source],
  ];
  return {
    text: parts.map(([head, text]) => `${head}: ${text}`).join('\n\n'),
    markdown: parts.map(([head, text]) => `**${head}.** ${text}`).join('\n\n'),
  };
}

/** `event-id/present` as `EventIdPresent`: SARIF wants a readable name, and its viewers a single word. */
function pascalCase(id: string): string {
  return id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** What GitHub shows; the rank decides what it keeps if there is too much. */
interface Result {
  level: Level;
  [name: string]: unknown;
}

function resultsOf(seat: Seat, verdict: Verdict, ruleIndex: number, style: SarifStyle): Result[] {
  const { rule, severity } = verdict;
  const common = { ruleId: rule, ruleIndex };
  const properties = propertiesOf(seat, verdict);
  if (isInconclusive(verdict)) {
    // Otherwise the visit's own problem would be repeated for every rule.
    if (seat.visit.outcome !== 'complete') return [];
    const text = verdict.reason || 'It could not be judged, and nothing says why';
    return [
      {
        ...common,
        kind: 'open',
        level: 'none',
        message: { text },
        locations: [location(seat, style)],
        partialFingerprints: fingerprints(seat, [rule, 'open'], 1),
        properties,
      },
    ];
  }
  const seen = new Map<string, number>();
  return findingsOf(verdict).map((finding) => {
    const identity = [rule, finding.code, finding.event ?? null, pathOf(finding.page)];
    const key = JSON.stringify(identity);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return {
      ...common,
      kind: 'fail',
      level: LEVEL[severity] ?? 'error',
      message: { text: finding.message || finding.code || rule },
      locations: [location(seat, style, finding)],
      partialFingerprints: fingerprints(seat, identity, nth),
      ...(finding.waiver ? { suppressions: [suppression(finding.waiver)] } : {}),
      properties: { ...properties, ...placeOf(finding) },
    };
  });
}

function propertiesOf({ target, visit }: Seat, { severity, outcome }: Verdict): object {
  return { target: target.target, ...visitIdOf(visit), severity, outcome };
}

function placeOf({ code, place, page, event, source }: ReportedFinding): object {
  return {
    code,
    place,
    ...(page === undefined ? {} : { page }),
    ...(event === undefined ? {} : { event }),
    ...(source === undefined ? {} : { source }),
  };
}

function location({ target, visit }: Seat, { reports }: SarifStyle, finding?: ReportedFinding): object {
  const evidence = finding?.seen?.[0]?.evidence ?? visit.evidence;
  const file = relativeLink(`${reports}/${evidence ?? 'verdicts.json'}`).slice('./'.length);
  const logical = [
    { fullyQualifiedName: `${target.target}: ${visitName(visit)}`, kind: 'visit' },
    ...(finding?.page ? [{ fullyQualifiedName: finding.page, kind: 'page' }] : []),
    ...(finding?.event ? [{ name: finding.event, kind: 'event' }] : []),
    ...(finding && evidence
      ? [{ fullyQualifiedName: `${evidence}#${finding.place}`, kind: 'evidence' }]
      : []),
  ];
  // GitHub requires all four; a place in the evidence has a JSON Pointer, not a line.
  const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return { physicalLocation: { artifactLocation: { uri: file }, region }, logicalLocations: logical };
}

/**
 * Equal in every run: without message, order number or port. Several that are alike in one visit are numbered. GitHub matches
 * results only by this name.
 */
function fingerprints({ target, visit }: Seat, identity: unknown[], nth: number): object {
  const { journey, scenario, clickUrl, fault } = visit;
  const key = [target.target, journey, scenario, clickUrl ?? null, fault ?? null, ...identity];
  const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  return { primaryLocationLineHash: `${hash}:${nth}` };
}

const LONG = 16;

/** The path of a page without parts that may vary between visits: those with digits, and long ones. */
function pathOf(page: string | undefined): string | null {
  if (page === undefined || !URL.canParse(page)) return null;
  const parts = new URL(page).pathname.split('/');
  return parts.map((part) => (/\d/.test(part) || part.length >= LONG ? '#' : part)).join('/');
}

function suppression({ reason, owner, expires, expired }: NonNullable<ReportedFinding['waiver']>): object {
  return {
    kind: 'external',
    status: expired ? 'rejected' : 'accepted',
    justification: `${reason} (${owner}, ${expired ? 'expired on' : 'until'} ${expires})`,
  };
}

function invocation({ gate, targets }: AuditVerdicts, seats: Seat[], dropped: number): object {
  const refused = targets.flatMap(({ target, problem }) =>
    problem ? [`${target} could not be audited: ${problem.message}`] : [],
  );
  const unfinished = seats
    .filter(({ visit }) => visit.outcome !== 'complete')
    .map(({ target, visit }) => {
      const what = visit.outcome === 'missing' ? 'no evidence' : 'broke off';
      const why = visit.problem?.message ?? UNKNOWN_PROBLEM;
      return `${target.target}, ${visitName(visit)}: ${what}: ${why}`;
    });
  const cut = dropped > 0 ? [`${dropped} more results are in verdicts.json only`] : [];
  const notes = [...refused, ...unfinished, ...cut].map((text) => ({ level: 'error', message: { text } }));
  return {
    // Whether everything was audited; the outcome is in the results.
    executionSuccessful: notes.length === 0 && seats.length > 0,
    exitCode: gate.released ? 0 : 1,
    toolExecutionNotifications: notes,
    properties: { released: gate.released, reasons: gate.reasons.map(({ message }) => message) },
  };
}

/** What could not be judged holds the release as errors do. */
const ORDER: readonly Level[] = ['error', 'none', 'warning', 'note'];

/** The worst are kept if there are too many. Within a level, results stay in the order of their visits. */
function worstFirst(results: Result[]): Result[] {
  return results.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}
