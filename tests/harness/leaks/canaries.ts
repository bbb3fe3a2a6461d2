import { createHash } from 'node:crypto';
import type { Canary } from './search.ts';

/** What the target names: the harness knows it, and must find it in any notation. */
export const IDENTITY = {
  email: 'Q.Moonflower77@canary-mail.example',
  phone: '+4915198765432',
  externalId: 'kunde-8842-zqx',
  firstName: 'Quirinia',
  lastName: 'Vandermolen',
};

/** A customer unknown to the harness: recognised by the form of a text, or by the name of its field. */
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
  /** A password in an address: https://user:password@host. */
  login: 'tollgate-pass-8812',
};

/** Secret by their form, wherever they are. Written in parts, or scanners would report this file for leaking keys. */
export const KEYS = {
  stripe: `sk_${'live'}_51Hq8LyjWDarjtT1zdp7dc`,
  github: `ghp_${'R4kJ9vXq2LmZ7tYw1NpC5sBd8HfG3aUe6KoQ'}`,
  aws: `AKIA${'Q7WZT5XNPL3MKVRD'}`,
  slack: `xoxb-${'880192837465'}-Lk3Jh2Gf1Dq9`,
  webhook: `whsec_${'Mr7Nq2Ks9Lv4Tx6Zb1Wd8Yf3Gh5Jc0Pe'}`,
  gitlab: `glpat-${'Wq3Er7Ty1Ui9Op5As2Df'}`,
  npm: `npm_${'Zx8Cv4Bn2Mk6Lj1Hg9Fd3Sa7Po5Iu0Ytr4We'}`,
  sendgrid: `SG.${'aL5kJ8hG2fD9sQ1wE4rT7y'}.${'U3iO6pZ1xC8vB5nM2aS9dF4gH7jK0lQ3wE6rT1yU8iO'}`,
  shopify: `shpat_${'7c1e5a9d3b6f2084e8c4a0d6b2f91735'}`,
  openai: `sk-proj-${'Ty6Ui2Op8As4Df1Gh7Jk3Lz9Xc5Vb'}`,
  anthropic: `sk-ant-api03-${'Nm4Qw8Er2Ty6Ui1Op7As3Df9Gh5Jk'}`,
  google: `ya29.${'Bv5Cx1Zl7Kj3Hg9Fd5Sa2Po8Iu4Yt'}`,
  'google, of a client': `GOCSPX-${'Re6Wq2Ty8Ui4Op1As7Df3Gh9Jk5L'}`,
  huggingface: `hf_${'Lk9Jh5Gf1Ds7Aq3Wz8Xe4Cr2Vt6Byn0Mu'}`,
  vault: `hvs.${'Pz4Ox8In2Ub6Yv1Tc7Rx3Ez9Wl5Q'}`,
  /** Of Basic and Bearer, without a digit. */
  basic: 'dHVyZW5uZTptYXJpb25ldHRl',
  bearer: 'opaqueMarionetteOfLetters',
  unsigned: `eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"marionette-unsigned"}').toString('base64url')}`,
  encrypted: 'eyJhbGciOiJkaXIifQ..bWFyaW9uZXR0ZQ.Q2lwaGVyVGV4dE9m.VGFnVGFn',
  pem: 'MIIEpAIBAAKCAQEAmarionette7Qx2LkVb9Zs0Rt5Yw',
  iban: 'DE02120300000000202051',
  card: '5425233430109903',
  /** Recognised by the name before it. */
  line: 'marionette-of-a-line',
  header: 'marionette-of-a-header',
  reset: 'marionette-of-a-reset',
  pan: '4539148803436468',
};

/** Texts that must not be in anything that a run writes. */
export const CANARIES: readonly Canary[] = [
  ...named('identity', IDENTITY, '49'),
  ...named('stranger', STRANGER, '33'),
  ...named('secret', SECRETS),
  ...named('key', KEYS),
  ...digestsOf({ ...SECRETS, ...KEYS }),
  // Nobody hashes personal data as people write it: TikTok gets the digest of its normal form.
  ...digestsOf({
    'the e-mail address': IDENTITY.email,
    "the stranger's e-mail address": STRANGER.email,
    "the stranger's street": STRANGER.street,
    "the stranger's city": STRANGER.city,
    'the first name': IDENTITY.firstName,
    'the external id': IDENTITY.externalId,
  }),
  { name: 'key iban, in groups', text: KEYS.iban.replace(/.{4}(?=.)/g, '$& ') },
  { name: 'key card, in groups', text: KEYS.card.replace(/.{4}(?=.)/g, '$& ') },
  { name: 'key card, with dashes', text: KEYS.card.replace(/.{4}(?=.)/g, '$&-') },
  { name: 'an address, half encoded', text: 'marionette.doe' },
  // Decoded, as servers read it.
  { name: 'secret session, decoded', text: 'sKq83hdJx0Zp2vYw6Tn41' },
];

/** From the plain digest of a secret, anybody with a list of passwords can find it. */
function digestsOf(texts: Record<string, string>): Canary[] {
  return Object.entries(texts).map(([name, text]) => ({
    name: `the SHA-256 of ${name}`,
    text: createHash('sha256').update(decodeURIComponent(text)).digest('hex'),
  }));
}

function named(who: string, texts: Record<string, string>, countryCode?: string): Canary[] {
  return Object.entries(texts).map(([name, text]) => ({
    name: `${who} ${name}`,
    text,
    ...(name === 'phone' && countryCode ? { countryCode } : {}),
  }));
}
