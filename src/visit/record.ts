import { setTimeout } from 'node:timers/promises';
import type { BrowserContext } from '@playwright/test';
import { bundle } from '../double/bundle.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Problem } from '../evidence/problem.ts';
import { toEvidence, type VisitFacts } from '../recorder/assemble.ts';
import { newClickId } from '../recorder/new-click-id.ts';
import { brokenEvidence, evidenceOf, type Prepared, prepare } from '../recorder/prepare.ts';
import { Recorder } from '../recorder/recorder.ts';
import { Recording } from '../recorder/recording.ts';
import { secretsOf } from '../recorder/secrets.ts';
import type { Session } from '../recorder/session.ts';
import { isSilent, refusesConsent, TRAITS } from '../target/scenarios.ts';
import type { Target } from '../target/target.ts';
import { withAnswers } from './auto-consent.ts';
import { awaitExpected } from './expected.ts';
import { travel } from './journey.ts';
import { withBrowser } from './open-in-browser.ts';
import { byOwnWays } from './own-ways.ts';
import { pictureOf } from './picture.ts';
import type { PlannedVisit } from './plan.ts';
import { SCENARIO } from './scenarios/index.ts';
import { afterSetup } from './setup.ts';
import { noteUnreached, siteProblem } from './site-problem.ts';
import { openTab, type Visit } from './visit.ts';
import { addCookies, closeVisitor, openVisitor, visitorOptions } from './visitor.ts';

export interface RecordOptions {
  /** Folder of the log that the stub writes to, if the target shares it with another one; `logs` by default. */
  calls?: string | undefined;
  /** Called with a picture of the page where the visit broke off, a PNG with personal data covered. */
  keepPicture?: (picture: Buffer) => void;
}

/**
 * Makes one visit and returns what it left behind, masked. If anything goes wrong, that becomes the problem in the evidence, and
 * what was recorded before is kept.
 *
 * @param logs folder of the target's log in this run, to which the stub of the Events API writes. It also says if the site is
 * down: then the visit breaks off before it begins. The second visit that does not reach the site records that it is down
 */
export async function recordVisit(
  session: Session,
  target: Target,
  plan: PlannedVisit,
  logs: string,
  options: RecordOptions = {},
): Promise<Evidence> {
  const evidence = await byOwnWays(target, logs, (asked) =>
    recordOnce(session, asked, { plan, facts: factsOf(plan) }, logs, options),
  );
  const { calls } = options;
  return withBrowser(evidence, plan, (opened, clickId) =>
    byOwnWays(target, logs, (asked) =>
      recordOnce(session, asked, { plan: opened, facts: { ...factsOf(opened), clickId } }, logs, { calls }),
    ),
  );
}

async function recordOnce(
  session: Session,
  asked: Target,
  { plan, facts: visit }: { plan: PlannedVisit; facts: VisitFacts },
  logs: string,
  { calls = logs, keepPicture }: RecordOptions,
): Promise<Evidence> {
  const browser = await session.browser();
  const down = siteProblem(logs);
  const ready = down === undefined ? await readied(session, asked, plan, logs) : { problem: down };
  if ('problem' in ready) {
    const recording = new Recording();
    recording.failWith(ready.problem);
    const seen = { recording, visit, target: asked };
    return toEvidence(seen, browser.version(), { seen: false, requests: [] }, []);
  }
  const { target } = ready;
  const { context: options, interference } = SCENARIO[plan.scenario];
  const scripts = session.scripts(target.sdk);
  const { fetch } = session;
  const userAgent = options?.userAgent ?? visitorOptions(target).userAgent;
  const prepared = await prepare({
    browser,
    target,
    visit,
    logs: calls,
    scripts,
    fetch,
    interference,
    userAgent,
  });
  let context: BrowserContext | undefined;
  try {
    context = await orCrash(openVisitor(prepared, options), prepared);
    await addCookies(context, target);
    const evidence = await orCrash(walk(context, prepared, plan, keepPicture), prepared);
    noteUnreached(logs, evidence, target);
    return evidence;
  } catch (error) {
    return await brokenEvidence(prepared, error);
  } finally {
    await closeVisitor(context, prepared);
  }
}

/** The target as its visits use it: after its setup, and with the steps that answer its consent banner. */
async function readied(
  session: Session,
  asked: Target,
  { scenario }: PlannedVisit,
  logs: string,
): Promise<{ target: Target } | { problem: Problem }> {
  const ready = await afterSetup(session, asked, logs);
  return 'problem' in ready ? ready : withAnswers(session, ready.target, TRAITS[scenario], logs);
}

/** Milliseconds for a visit to end once its browser or page is gone. */
const GRACE = 2_000;

/**
 * The value of a promise, unless the browser or page is gone, as it may then never settle.
 *
 * @throws Error if the visit has not ended in time
 */
async function orCrash<T>(waiting: Promise<T>, { recording }: Prepared): Promise<T> {
  const over = new AbortController();
  const late = recording.crash.promise
    .then(() => setTimeout(GRACE, undefined, { signal: over.signal }))
    .then(() => Promise.reject(new Error('The browser did not answer')));
  try {
    return await Promise.race([waiting, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
    waiting.catch(() => undefined);
  }
}

/** Opens, travels, collects. */
async function walk(
  context: BrowserContext,
  prepared: Prepared,
  plan: PlannedVisit,
  keepPicture?: (picture: Buffer) => void,
): Promise<Evidence> {
  const scenario = SCENARIO[plan.scenario];
  const traits = TRAITS[plan.scenario];
  const { target, visit: facts } = prepared.options;
  if (scenario.script) await context.addInitScript(pageScript(scenario.script));
  const recorder = await Recorder.attach(prepared, context, {
    // Of two visits from an ad, the journey belongs to the second.
    arrivalTab: traits.comes === 'second-click' ? 1 : 0,
    // No pixel is expected, unless the site ignores the visitor's refusal.
    awaitsPixel: !isSilent(traits) || (refusesConsent(traits) && target.consent !== undefined),
  });
  const { clickId, earlierClickId } = facts;
  const visit: Visit = {
    recorder,
    plan,
    scenario,
    ...(clickId === undefined ? {} : { clickId }),
    ...(earlierClickId === undefined ? {} : { earlierClickId }),
    tab: await openTab(recorder, scenario),
  };
  if (!(await recorder.reachesDouble(visit.tab.page))) return evidenceOf(prepared);
  await travel(visit);
  const { recording } = recorder;
  if (!recording.problem) await awaitExpected(plan, recorder);
  else if (keepPicture) {
    const picture = await pictureOf(visit.tab.page, [...secretsOf(target), ...recording.secrets]);
    if (picture) keepPicture(picture);
  }
  return recorder.collect(visit.tab.page);
}

function factsOf({ journey, scenario, clickUrl, fault }: PlannedVisit): VisitFacts {
  const { comes } = TRAITS[scenario];
  return {
    journey: journey.name,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(comes === 'start' && clickUrl === undefined ? {} : { clickId: newClickId() }),
    ...(comes === 'second-click' ? { earlierClickId: newClickId() } : {}),
    ...(fault === undefined ? {} : { fault }),
  };
}

function pageScript(name: string): string {
  return bundle(new URL(`./scenarios/page/${name}`, import.meta.url));
}
