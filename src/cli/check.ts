import type { Evidence } from '../evidence/evidence.ts';
import { BEGIN_LOGGED_IN, isLogin } from '../evidence/login.ts';
import type { Session } from '../recorder/session.ts';
import { dayOf } from '../report/day.ts';
import { COULD_NOT_RUN, HELD, RELEASED } from '../report/exit-code.ts';
import { formatSummary, styleOf } from '../report/summary.ts';
import { shortenWords } from '../report/text.ts';
import { RULES } from '../rules/index.ts';
import type { Target } from '../target/target.ts';
import type { OwnWays } from '../tiktok/own-paths.ts';
import { pixelIdProblem } from '../tiktok/pixel-id.ts';
import { auditVerdicts, targetVerdicts } from '../verdict/audit.ts';
import { plural } from '../verdict/breaches.ts';
import { judgeVisit } from '../verdict/judge.ts';
import { sentEvents } from '../views/events.ts';
import { pixelsSeen } from '../views/pixel-ids.ts';
import { findAnswers, findTool, type Looked } from '../visit/explore/answers.ts';
import { planVisits } from '../visit/plan.ts';
import { recordVisit } from '../visit/record.ts';
import { inSession } from './in-session.ts';
import { pageAddress, targetOfPage } from './page-address.ts';
import { ensureBrowser } from './setup.ts';

/**
 * Examines one page without a target file: opens it directly and through an ad click, reports what was seen, and
 * checks it by every rule that needs no more than that.
 *
 * @param address the page's URL; without a protocol, https
 * @returns the exit code: RELEASED; HELD, also if there is no pixel; COULD_NOT_RUN if the page cannot be opened
 * @throws OptionError if it is not an address, BrowserError
 */
export async function check(address: string): Promise<number> {
  const url = pageAddress(address);
  await ensureBrowser((line) => console.error(line));
  const start = performance.now();
  const { site, visits, consent } = await inSession((session, logs) =>
    look(targetOfPage(url), url.href, session, logs),
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const unopened = visits.find(({ problem }) => problem && UNOPENED.has(problem.code))?.problem;
  if (unopened) {
    console.error(`${url.href} cannot be opened: ${shortenWords(unopened.message)}`);
    return COULD_NOT_RUN;
  }
  const seen = [...new Set(visits.flatMap((visit) => [...pixelsSeen(visit)]))].sort();
  console.log(`${url.href}, ${plural(visits.length, 'visit')} in ${seconds} s\n`);
  const login = loginLines(url, visits);
  const lines = [
    `Pixel     ${seen.join(', ') || 'none was seen'}`,
    ...login,
    ...wayLines(site),
    ...consentLines(consent, visits),
    ...visits.map(seenLine),
  ];
  console.log(`${lines.join('\n')}\n`);
  if (seen.length === 0) {
    console.log(login.length > 0 ? NO_PIXEL : `${NO_PIXEL} ${MAY_ASK}`);
    return HELD;
  }
  const target = { ...site, pixels: seen.filter((id) => pixelIdProblem(id) === undefined) };
  const today = dayOf();
  const judged = visits.map((visit) => judgeVisit(visit, target, RULES, undefined, today));
  const verdicts = auditVerdicts([targetVerdicts(target, judged, { today, isPart: true })], {});
  console.log(formatSummary(verdicts, styleOf(process.stdout)));
  console.log(`\n${ONE_PAGE}`);
  return verdicts.gate.released ? RELEASED : HELD;
}

const UNOPENED: ReadonlySet<string> = new Set(['no-answer', 'http-error']);

const ONE_PAGE =
  'This covers one page. To decide on a release, run an audit with a target file that has journeys: docs/target.md.';

const NO_PIXEL = 'Held: nothing of TikTok was loaded or called.';
const MAY_ASK =
  'If the page asks for consent first, `ttq-conformance init` finds how its banner is answered: docs/target.md.';

interface Seen {
  site: Target;
  visits: Evidence[];
  consent: Looked;
}

/** Visits the page. If nothing was sent, a consent banner may be the reason: it is answered, and the page visited again. */
async function look(page: Target, url: string, session: Session, logs: string): Promise<Seen> {
  // In parallel, as they are independent.
  const record = (site: Target) =>
    Promise.all(planVisits(site).map((plan) => recordVisit(session, site, plan, logs)));
  const place = { session, target: page, start: url, logs };
  let site = page;
  const [first, tool] = await Promise.all([record(site), findTool(place)]);
  let visits = first;
  if (visits.some(({ problem }) => problem !== undefined)) return { site, visits, consent: { missing: [] } };
  const known = () => withWaysOf(visits, site);
  if (!isSilent(visits)) return { site: known(), visits, consent: { missing: [], ...(tool && { tool }) } };
  const consent = await findAnswers({ ...place, target: site }, ['grant'], tool !== undefined);
  const { grant } = consent;
  if (grant && grant.unshown === undefined) {
    site = { ...site, consent: { grant: grant.steps } };
    visits = await record(site);
  }
  return { site: known(), visits, consent };
}

/** The target as it would be with the ways of the site's own that its visits found. */
function withWaysOf(visits: readonly Evidence[], site: Target): Target {
  const all = (name: keyof OwnWays) => [
    ...new Set(visits.flatMap(({ recorder }) => recorder.ways?.[name] ?? [])),
  ];
  return { ...site, pixelHosts: all('pixelHosts'), pixelPaths: all('pixelPaths') };
}

function isSilent(visits: readonly Evidence[]): boolean {
  return visits.every((visit) => sentEvents(visit).length === 0);
}

/** `Consent   OneTrust asks for it; granted by {"click":"#yes"}`. */
function consentLines({ tool, grant, missing }: Looked, visits: readonly Evidence[]): string[] {
  if (!grant && tool === undefined) return missing.map((one) => `Consent   ${one}`);
  const asks = tool === undefined ? '' : `${tool} asks for it; `;
  const steps = grant?.steps.map((step) => JSON.stringify(step)).join(', ');
  if (grant)
    return [`Consent   ${asks}${grant.unshown === undefined ? 'granted by' : `${grant.unshown}:`} ${steps}`];
  return [
    `Consent   ${asks}${isSilent(visits) ? 'what grants it was not found' : 'what was sent did not wait for an answer'}`,
  ];
}

/** `Login     /login looks like a login: …`, if the site led there without a click. */
function loginLines({ href }: URL, visits: readonly Evidence[]): string[] {
  const landings = visits.flatMap(
    ({ documents }) => documents.filter(({ frame }) => frame === 'main').at(-1) ?? [],
  );
  const walls = new Set(landings.filter(({ url }) => isLogin(url)).map(({ url }) => new URL(url).pathname));
  return isLogin(href)
    ? []
    : [...walls].map((wall) => `Login     ${wall} looks like a login: ${BEGIN_LOGGED_IN}`);
}

/** `Way       "pixelPaths": ["/_t/tiktok"]`, for a target file. */
function wayLines({ pixelHosts, pixelPaths }: Target): string[] {
  const named = Object.entries({ pixelHosts, pixelPaths }).filter(([, ways]) => ways.length > 0);
  return named.map(
    ([name, ways]) =>
      `Way       one of the site's own; a target file names it in ${JSON.stringify(name)}: ${JSON.stringify(ways)}`,
  );
}

/** `Organic   sent Pageview, ViewContent`. */
function seenLine(visit: Evidence): string {
  const name = visit.scenario === 'organic' ? 'Organic' : 'Ad click';
  const events = sentEvents(visit).map(({ event }) => event);
  const counts = [...Map.groupBy(events, (event) => event)].map(([event, { length }]) =>
    length === 1 ? event : `${event} (${length} times)`,
  );
  return `${name.padEnd(10)}${counts.length > 0 ? `sent ${counts.join(', ')}` : 'sent no event'}`;
}
