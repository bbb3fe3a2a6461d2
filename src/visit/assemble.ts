import type { BrowserContext } from 'playwright';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { EVIDENCE_VERSION, type Evidence } from '../evidence/evidence.ts';
import { mask, maskText, type Secret } from '../evidence/mask.ts';
import type { Target } from '../target/target.ts';
import type { Visit } from './journey.ts';
import { sdkRecord } from './sdk-record.ts';

/** Cookies of TikTok's own: made up by the SDK for this visit, so not personal. */
const TIKTOK_COOKIE = /^(_ttp|_tt_enable_cookie|ttclid|ttcsid\w*)$/;

/** The visit's cookies; of those that are the site's own, the values are masked. */
export async function readCookies(context: BrowserContext): Promise<Evidence['cookies']> {
  const cookies = await context.cookies();
  return cookies
    .filter(({ name }) => name !== VISIT_COOKIE)
    .map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => ({
      name,
      value: TIKTOK_COOKIE.test(name) ? value : maskText(value, 'cookie'),
      domain,
      path,
      expires,
      httpOnly,
      secure,
      sameSite,
    }));
}

/** The evidence of a visit, masked. */
export function toEvidence(
  { recording, plan, target, clickId }: Pick<Visit, 'recording' | 'plan' | 'target' | 'clickId'>,
  browser: string,
  server: Evidence['server'],
  cookies: Evidence['cookies'],
): Evidence {
  const { documents, requests, failed, steps, consent, repeatedIds, storage, errors, problem, exposed } =
    recording;
  const evidence: Evidence = {
    version: EVIDENCE_VERSION,
    target: target.name,
    journey: plan.journey.name,
    scenario: plan.scenario,
    ...(plan.clickUrl === undefined ? {} : { clickUrl: plan.clickUrl }),
    ...(clickId === undefined ? {} : { clickId }),
    ...(plan.fault === undefined ? {} : { fault: plan.fault }),
    startedAt: new Date(recording.startedAt).toISOString(),
    duration: recording.at(),
    outcome: problem ? 'broken' : 'complete',
    ...(problem ? { problem } : {}),
    recorder: {
      browser: `chromium ${browser}`,
      capture: 'server',
      network: target.network,
      sdk: sdkRecord(target.sdk, recording.scripts, requests),
      eventsApi: target.eventsApi.transport,
    },
    steps,
    consent,
    documents,
    calls: recording.callsInOrder(),
    requests,
    failed,
    server,
    repeatedIds,
    cookies,
    storage,
    console: recording.console,
    errors,
    ...(exposed.length > 0 ? { exposed } : {}),
  };
  return mask(evidence, secretsOf(target));
}

/** The identity; the mask finds each in every spelling. */
function secretsOf({ identity, baseURL, hosts, name }: Target): Secret[] {
  const { email = '', phone = '', externalId = '', firstName = '', lastName = '' } = identity;
  const addresses = [baseURL, ...Object.keys(hosts), name].join(' ').toLowerCase();
  // A name that is also the site's own would be masked out of its addresses, and nobody could read them any more.
  const names = [firstName, lastName].filter((text) => !addresses.includes(text.toLowerCase()));
  return [
    { text: email, kind: 'email' },
    { text: phone, kind: 'phone' },
    { text: externalId, kind: 'external-id' },
    ...names.map((text) => ({ text, kind: 'name' })),
  ];
}
