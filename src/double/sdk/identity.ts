import type { ContactProblem } from '../../tiktok/diagnostics.ts';
import { build } from './build.ts';
import type { Fields } from './values.ts';

/** What a value passed to `identify` turned out to be, in the names of the wire. */
export type Trait =
  | 'plain_email'
  | 'plain_mdn_email'
  | 'plain_phone'
  | 'hashed'
  | 'filter_events'
  | 'base64_hex_hashed'
  | 'base64_string_hashed'
  | 'zip_code_is_hashed'
  | 'zip_code_is_not_hashed'
  | 'zip_code_is_us'
  | 'zip_code_is_not_us'
  | 'unknown_invalid';

/** Where the wire has the traits of a value, `_inspection.identity_params`. */
export const PARAMS = [
  'email_is_hashed',
  'sha256_email',
  'phone_is_hashed',
  'sha256_phone',
  'zip_code',
] as const;
export type Param = (typeof PARAMS)[number];

/** The fields of context.user, in the order of the wire. */
const USER = [
  ...['external_id', 'email', 'phone_number', 'ttoclid'],
  ...(build.sendsNames
    ? ['first_name', 'last_name', 'city', 'state', 'country', 'zip_code', 'partner_id']
    : []),
  ...['auto_email', 'auto_phone_number'],
];

/** Fields as returned by the identify script: hashed where TikTok hashes. */
export interface Encoded {
  user: Record<string, string>;
  traits: Partial<Record<Param, Trait[]>>;
}

/** What is known about the visitor. Kept only in the page's memory. */
export interface Identity extends Encoded {
  /** Fields that only these pixels may send, as they were identified only on their instances. */
  owners: Record<string, string[]>;
}

export const NOBODY: Identity = { user: {}, traits: {}, owners: {} };

/** What the identify script provides to main. */
export interface IdentifyUtils {
  encode(fields: Fields): Encoded;
}

/** Later calls add to earlier ones. @param pixel whose instance was identified; undefined: all pixels */
export function merge(known: Identity, { user, traits }: Encoded, pixel: string | undefined): Identity {
  const owners = { ...known.owners };
  for (const field of Object.keys(user)) {
    if (pixel === undefined) delete owners[field];
    else if (!(field in known.user)) owners[field] = [pixel];
    else if (owners[field]) owners[field] = [...owners[field], pixel];
  }
  return { user: { ...known.user, ...user }, traits: { ...known.traits, ...traits }, owners };
}

/** The part of context.user that a pixel sends. */
export function userOf({ user, owners }: Identity, pixel: string): Record<string, string> {
  const sent = USER.filter((field) => field in user && (owners[field]?.includes(pixel) ?? true));
  return Object.fromEntries(sent.map((field) => [field, user[field]!]));
}

/** `_inspection.identity_params`; empty before anybody was identified. */
export function identityParams({ traits, user }: Identity): Fields {
  if (Object.keys(user).length === 0) return {};
  return {
    identity_params: Object.fromEntries(PARAMS.map((param) => [param, traits[param] ?? ['empty_value']])),
  };
}

/** @param isNew whether identify was just called: only then is a hash in base64 reported, and not again with later events */
export function problemsOf(
  { traits }: Pick<Encoded, 'traits'>,
  { isNew = false } = {},
): {
  email?: ContactProblem | undefined;
  phone?: ContactProblem | undefined;
} {
  return {
    email: problemIn(isNew, traits.email_is_hashed, traits.sha256_email),
    phone: problemIn(isNew, traits.phone_is_hashed, traits.sha256_phone),
  };
}

function problemIn(isNew: boolean, ...traits: (Trait[] | undefined)[]): ContactProblem | undefined {
  const all = traits.flatMap((each) => each ?? []);
  if (all.includes('unknown_invalid') || (isNew && all.some((trait) => trait.startsWith('base64_'))))
    return 'format';
  return all.includes('filter_events') ? 'information' : undefined;
}

/** `signal_diagnostic_labels`: what kind of contact was given. The real SDK adds more about what is wrong with it. */
export function signalLabels({ traits, user }: Identity): Fields {
  const email = [...(traits.email_is_hashed ?? []), ...(traits.sha256_email ?? [])];
  const phone = [...(traits.phone_is_hashed ?? []), ...(traits.sha256_phone ?? [])];
  const labels = {
    raw_email: label(email.filter(isRaw)),
    raw_auto_email: { label: user.auto_email ? 'valid' : 'missing' },
    raw_phone: label(phone.filter(isRaw)),
    raw_auto_phone: { label: user.auto_phone_number ? 'valid' : 'missing' },
    hashed_email: label(email.filter((trait) => !isRaw(trait))),
    hashed_phone: label(phone.filter((trait) => !isRaw(trait))),
  };
  const builder = ['raw_eb_email', 'raw_eb_phone', 'hashed_eb_email', 'hashed_eb_phone'];
  return { ...labels, ...Object.fromEntries(builder.map((name) => [name, label([])])) };
}

function isRaw(trait: Trait): boolean {
  return !trait.endsWith('hashed');
}

function label(traits: Trait[]): { label: string } {
  if (traits.length === 0) return { label: 'missing' };
  return {
    label: traits.includes('unknown_invalid') || traits.includes('filter_events') ? 'invalid' : 'valid',
  };
}
