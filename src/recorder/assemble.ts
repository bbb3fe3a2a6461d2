import type { BrowserContext } from '@playwright/test';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { type BlindSpot, EVIDENCE_VERSION, type Evidence } from '../evidence/evidence.ts';
import type { Problem } from '../evidence/problem.ts';
import { mask, maskShown, maskText, readMasked } from '../masking/mask.ts';
import { seal, sealName } from '../masking/seal.ts';
import type { Target } from '../target/target.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import { markExcluded } from '../views/excluded.ts';
import type { Recording } from './recording.ts';
import { sdkRecord } from './sdk-record.ts';
import { secretsOf, sessionSecrets } from './secrets.ts';
import { holdsClickId } from './storage.ts';

/** The visit's cookies. The values of the site's own are masked, and secrets among them are noted. */
export async function readCookies(
  context: BrowserContext,
  recording: Recording,
  clickId?: string,
): Promise<Evidence['cookies']> {
  const cookies = await context.cookies();
  const open = cookies.filter(({ name }) => isTikTokCookie(name)).map(({ value }) => value);
  recording.secrets.push(...sessionSecrets(cookies, [...open, clickId ?? '']));
  return cookies
    .filter(({ name }) => name !== VISIT_COOKIE)
    .map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => ({
      name,
      value: isTikTokCookie(name) ? value : maskText(value, 'cookie'),
      domain,
      path,
      expires,
      httpOnly,
      secure,
      sameSite,
      ...(holdsClickId(value, clickId) ? { holdsClickId: true as const } : {}),
    }));
}

/** What the evidence says about a visit that its recorder cannot know. */
export type VisitFacts = Pick<
  Evidence,
  'journey' | 'scenario' | 'clickUrl' | 'clickId' | 'earlierClickId' | 'fault'
>;

/** The evidence of a visit, masked and sealed. */
export function toEvidence(
  { recording, visit, target }: { recording: Recording; visit: VisitFacts; target: Target },
  browser: string,
  server: Evidence['server'],
  cookies: Evidence['cookies'],
  blind: BlindSpot[] = [],
): Evidence {
  const { documents, requests, failed, steps, consent, storage, errors, problem, exposed } = recording;
  const recorded: Evidence = {
    version: EVIDENCE_VERSION,
    target: target.name,
    ...(target.port === undefined ? {} : { port: target.port }),
    ...visit,
    startedAt: new Date(recording.startedAt).toISOString(),
    duration: recording.at(),
    outcome: problem ? 'broken' : 'complete',
    ...(problem ? { problem: maskedProblem(problem) } : {}),
    recorder: {
      browser: `chromium ${browser}`,
      capture: 'server',
      network: target.network,
      sdk: sdkRecord(target.sdk, recording.scripts, requests),
      eventsApi: target.eventsApi.transport,
      seal: sealName(),
      ...(blind.length > 0 ? { blind } : {}),
    },
    steps,
    consent,
    documents,
    calls: recording.callsInOrder(),
    requests,
    failed,
    server,
    cookies,
    storage,
    console: recording.console.map((one) => ({ ...one, text: maskShown(one.text) })),
    errors: errors.map((one) => ({ ...one, message: maskShown(one.message) })),
    ...(exposed.length > 0 ? { exposed } : {}),
  };
  const evidence = markExcluded(recorded, target);
  const sent = server.requests.map(({ headers }) => headers['access-token']);
  const tokens = [...sent, ...requests.map(({ accessToken }) => accessToken)];
  const masks = tokens.flatMap((token = '') => readMasked(token) ?? []);
  return seal(mask(evidence, [...secretsOf(target), ...recording.secrets], masks), target.identity);
}

function maskedProblem({ args, message, ...known }: Problem): Problem {
  const masked = Object.entries(args).map(([name, arg]) => [
    name,
    typeof arg === 'string' ? maskShown(arg) : arg,
  ]);
  return { ...known, args: Object.fromEntries(masked), message: maskShown(message) };
}
