import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { basicOf } from '../double/credentials.ts';
import { kindOfField } from '../masking/fields.ts';
import { identitySecrets } from '../masking/identity.ts';
import type { Secret } from '../masking/mask.ts';
import { isTyping, type Step, type Target } from '../target/target.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';

/** Everything known to be personal or secret before a visit begins; the mask finds each in every spelling. */
export function secretsOf(target: Target): Secret[] {
  const { baseURL, server, journeys, setup, eventsApi } = target;
  return [
    ...identitySecrets(target),
    { text: decodeURIComponent(URL.parse(baseURL)?.password ?? ''), kind: 'secret' },
    ...givenSecrets(target),
    { text: eventsApi.listen?.password ?? '', kind: 'secret' },
    ...journeys.flatMap(({ steps }) => steps).flatMap(typedPassword),
    ...setup.flatMap(typedToEnter),
    ...ofEnvironment(server?.env ?? {}, SECRET_NAME),
    // The site's server inherits our environment.
    ...ofEnvironment(process.env, TIKTOK_NAME),
  ];
}

/** What admits a visitor to a site that is not open to everybody. The parts of its address are public. */
function givenSecrets(target: Target): Secret[] {
  const { baseURL, hosts, headers, httpCredentials, cookies, storageState, secrets = [] } = target;
  const texts = [
    ...[...Object.values(headers), ...cookies.map(({ value }) => value)].filter(isTelling),
    ...(httpCredentials ? [httpCredentials.password, basicOf(httpCredentials)] : []),
    ...secrets,
  ].filter((text) => text.length >= SHORTEST_TYPED);
  const address = [baseURL, ...Object.keys(hosts)].join(' ');
  return [
    ...texts.filter((text) => !address.includes(text)).map((text): Secret => ({ text, kind: 'secret' })),
    ...(storageState === undefined ? [] : storedSecrets(storageState)),
  ];
}

/** A header or cookie may contain an everyday word: `staging`, `accepted`. */
function isTelling(text: string): boolean {
  return text.length >= SHORTEST_SESSION || (text.length >= SHORTEST && /\d/.test(text));
}

/** What identifies a visitor in a storage state, or in the file that contains it. */
function storedSecrets(state: NonNullable<Target['storageState']>): Secret[] {
  const { cookies = [], origins = [] } = (
    typeof state === 'string' ? JSON.parse(readFileSync(state, 'utf8')) : state
  ) as {
    cookies?: Cookie[];
    origins?: { localStorage?: { name: string; value: string }[] }[];
  };
  const kept = origins.flatMap(({ localStorage = [] }) => localStorage);
  return sessionSecrets([...cookies, ...kept.map((entry) => ({ ...entry, httpOnly: true }))], []);
}

/** What a step types into a field whose selector names a secret. The fields' own names are read during the visit. */
function typedPassword(step: Step): Secret[] {
  if (!isTyping(step)) return [];
  const field = 'fill' in step ? step.fill : step.type;
  if (!SECRET_FIELD.test(field) || step.with.length < SHORTEST_TYPED) return [];
  return [{ text: step.with, kind: 'secret' }];
}

/** What is typed to log in, including an account name. */
function typedToEnter(step: Step): Secret[] {
  if (!isTyping(step) || /^\{\w+\}$/.test(step.with) || step.with.length < SHORTEST_TYPED) return [];
  return [{ text: step.with, kind: 'secret' }];
}

const SECRET_FIELD = /pass(?!age|enger)|pwd|kennwort|secret|card.?num|cvv|cvc|iban/i;
const SECRET_NAME = /token|secret|password|passwd|api_?key|private_?key/i;
const TIKTOK_NAME = /(tiktok|ttq|events_api)\w*(token|secret|key)/i;
/** Shorter texts are placeholders, or part of too many other words. */
const SHORTEST = 8;
const SHORTEST_SESSION = 12;
const SHORTEST_TYPED = 6;

function ofEnvironment(env: Readonly<Record<string, string | undefined>>, names: RegExp): Secret[] {
  return Object.entries(env).flatMap(([name, text = '']) =>
    names.test(name) && text.length >= SHORTEST ? [{ text, kind: 'token' }] : [],
  );
}

interface Cookie {
  name: string;
  value: string;
  httpOnly: boolean;
}

/** Names that common servers give to a session. */
const SESSION = /sess|sid$|auth|token|jwt|csrf|xsrf|remember/i;

/**
 * Values of cookies that identify a visitor: those that scripts cannot read, and those named for a session. Any other value may
 * be an ordinary word of the page, such as the last product seen.
 *
 * @param open texts that are not secret, wherever they are stored: the click id, TikTok's own cookies
 */
export function sessionSecrets(cookies: readonly Cookie[], open: readonly string[]): Secret[] {
  const own = cookies.filter(
    ({ name, httpOnly }) => !isTikTokCookie(name) && (httpOnly || SESSION.test(name)),
  );
  return own.flatMap(({ value }) => {
    const text = decoded(value);
    const isOpen = open.some((one) => one.length >= SHORTEST && text.includes(one));
    if (isOpen || text.length < SHORTEST_SESSION || !/\d/.test(text) || /\s/.test(text)) return [];
    // Signed ones, such as s:<id>.<signature>, are also used without their signature.
    const [, id = ''] = /^s:([^.]+)\./.exec(text) ?? [];
    return [text, ...(id.length >= SHORTEST_SESSION ? [id] : [])].map((one) => ({
      text: one,
      kind: 'cookie',
    }));
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Milliseconds that a field has to return its names. */
const ATTRIBUTE = 1_000;

/** The text that a step types, if the field is for secrets or personal data. */
export async function typedSecrets(field: Locator, text: string): Promise<Secret[]> {
  const names = await Promise.all(
    ['type', 'autocomplete', 'name', 'id'].map((name) =>
      field.getAttribute(name, { timeout: ATTRIBUTE }).catch(() => null),
    ),
  );
  return secretsTyped(names, text);
}

/** @param names of a field: its type, its autocomplete, its name and its id */
export function secretsTyped(names: readonly (string | null)[], text: string): Secret[] {
  const [type, autocomplete] = names;
  const isSecret = type === 'password' || /^(cc-number|cc-csc|one-time-code)$/.test(autocomplete ?? '');
  const kind = isSecret ? 'secret' : names.flatMap((name) => kindOfField(name ?? '') ?? [])[0];
  const isTelling = kind === 'name' || text.length >= (kind === 'secret' ? SHORTEST_TYPED : SHORTEST);
  return kind !== undefined && isTelling ? [{ text, kind }] : [];
}
