import type { Canary } from './search.ts';

/** What the target names: the harness knows it, and finds it in whatever way it is written. */
export const IDENTITY = {
  email: 'Q.Moonflower77@canary-mail.example',
  phone: '+4915198765432',
  externalId: 'kunde-8842-zqx',
  firstName: 'Quirinia',
  lastName: 'Vandermolen',
};

/** A customer of whom the harness knows nothing: known by the form of a text, or by the name of its field. */
export const STRANGER = {
  email: 'Hortensia.Gruberin+vip@other-mail.example',
  phone: '+33698765432',
  name: 'Hortensia',
  surname: 'Gruberin',
  street: '17 Rue des Acacias',
  city: 'Bourgneuf-sur-Loing',
  zip: 'ZX9 4QPW',
  card: '4929 0000 1234 5671',
};

export const SECRETS = {
  /** The access token of the Events API. */
  token: '5f1e9c3a7b2d4860a1c5e7f90b3d6284c0ffee77',
  bearer: 'opaque-9Zt4kQ2mXw7Lr0PvBn5Y',
  session: 's%3AsKq83hdJx0Zp2vYw6Tn41.Rb7uQe5Lm9Xc',
  /** A cookie that scripts can read. */
  cookie: 'basket-of-jk48dLw02mXz',
  stored: 'kept-locally-2Jd84mPq',
  /** What a step of the journey types into a password field. */
  password: 'correct-Horse!77-battery',
  /** Of the user name in an address: https://user:password@host. */
  login: 'tollgate-pass-8812',
};

/** All that must not be met in what a run writes. */
export const CANARIES: readonly Canary[] = [
  ...named('identity', IDENTITY, '49'),
  ...named('stranger', STRANGER, '33'),
  ...named('secret', SECRETS),
  // Decoded, as servers read it.
  { name: 'secret session, decoded', text: 'sKq83hdJx0Zp2vYw6Tn41' },
];

function named(who: string, texts: Record<string, string>, countryCode?: string): Canary[] {
  return Object.entries(texts).map(([name, text]) => ({
    name: `${who} ${name}`,
    text,
    ...(name === 'phone' && countryCode ? { countryCode } : {}),
  }));
}
