import {
  explainHash,
  HASH_MISTAKES,
  type HashExplanation,
  type HashMistake,
  type Identity,
  type IdentityKind,
  type Placeholder,
  placeholderNamed,
  placeholderWith,
  sha256Hex,
} from '../tiktok/hashing.ts';
import { remember } from '../tiktok/remember.ts';
import type { AnyMask } from './masks.ts';

/*
 * What a masked text is: the test identity's e-mail address, correct or with a mistake, its phone number without the plus,
 * one of its names, a placeholder. Determined while the digest is known, and written into the mask: `email:correct`,
 * `phone:plus-missing,external-id:other-field`, `placeholder:not_set`.
 */

/** What is known about the customer of a run. */
export interface Customer extends Identity {
  firstName?: string;
  lastName?: string;
}

const KINDS = [
  ['email', 'email'],
  ['phone', 'phone'],
  ['externalId', 'external-id'],
] as const satisfies readonly [IdentityKind, string][];

/** In the notation of a mask, without blanks and brackets; empty if nothing is known. */
export function likenessOf(sha256: string, customer: Customer): string {
  const { email = '', phone = '', externalId = '' } = customer;
  const identity = { email, phone, externalId };
  const found = KINDS.flatMap(([kind, word]) => {
    const explained = explainHash(sha256, kind, identity);
    return explained === 'unknown' || explained === 'placeholder' ? [] : [`${word}:${explained}`];
  });
  const nobody = placeholderWith(sha256);
  return [
    ...found,
    ...(namesOf(customer).has(sha256) ? ['name'] : []),
    ...(nobody && !nobody.hashed ? [`placeholder:${nobody.name}`] : []),
  ].join(',');
}

/**
 * How a masked text came about, like `explainHash`.
 *
 * @param identity what an unsealed mask is compared with; a sealed one was compared with that of its recording
 */
export function explainMask(mask: AnyMask, kind: IdentityKind, identity: Identity): HashExplanation {
  if ('sha256' in mask) return explainHash(mask.sha256, kind, identity);
  const [, word] = KINDS.find(([one]) => one === kind)!;
  const explained = sayingsOf(mask.is).get(word);
  if (explained === 'correct' || isMistake(explained)) return explained;
  return placeholderIn(mask) ? 'placeholder' : 'unknown';
}

/** Whether a masked text is a name of the customer's. */
export function isOwnName(mask: AnyMask, customer: Customer): boolean {
  return 'sha256' in mask ? namesOf(customer).has(mask.sha256) : sayingsOf(mask.is).has('name');
}

/** The placeholder or sample that a masked text is. */
export function placeholderIn(mask: AnyMask): Placeholder | undefined {
  if ('sha256' in mask) return placeholderWith(mask.sha256);
  const name = sayingsOf(mask.is).get('placeholder');
  return name === undefined ? undefined : placeholderNamed(name);
}

/** Identifies the text when masks of one audit are compared. */
export function digestOf(mask: AnyMask): string {
  return 'sha256' in mask ? mask.sha256 : mask.hmac;
}

function sayingsOf(is = ''): ReadonlyMap<string, string> {
  return sayings(
    is,
    () =>
      new Map(
        is.split(',').map((one): [string, string] => {
          const [word = '', saying = ''] = one.split(':');
          return [word, saying];
        }),
      ),
  );
}

/** Most masks say one of a few things. */
const sayings = remember<ReadonlyMap<string, string>>(1_000);

function isMistake(word = ''): word is HashMistake {
  return Object.hasOwn(HASH_MISTAKES, word);
}

/** The SHA-256 of each text, unchanged and in either case; none for an empty one. */
export function digestsOf(texts: string[]): ReadonlySet<string> {
  return digests(texts.join('\n'), () => {
    const spellings = texts
      .filter((text) => text !== '')
      .flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);
    return new Set(spellings.map(sha256Hex));
  });
}

/** All visits of a target have the same customer. */
const digests = remember<ReadonlySet<string>>(100);

function namesOf({ firstName = '', lastName = '' }: Customer): ReadonlySet<string> {
  return digestsOf([firstName, lastName]);
}
