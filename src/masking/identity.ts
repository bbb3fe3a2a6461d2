import type { Secret } from './secrets.ts';

/** What is known of a site and its test identity. */
export interface Known {
  name: string;
  baseURL: string;
  hosts: Readonly<Record<string, string>>;
  identity: { email?: string; phone?: string; externalId?: string; firstName?: string; lastName?: string };
}

/** The identity; the mask finds each in every spelling. */
export function identitySecrets({ identity, baseURL, hosts, name }: Known): Secret[] {
  const { email = '', phone = '', externalId = '', firstName = '', lastName = '' } = identity;
  const addresses = [withoutLogin(baseURL), ...Object.keys(hosts), name].join(' ').toLowerCase();
  // A name that is also the site's own would be masked out of its addresses, and nobody could read them any more.
  const names = [firstName, lastName].filter((text) => !addresses.includes(text.toLowerCase()));
  return [
    { text: email, kind: 'email' },
    { text: phone, kind: 'phone' },
    { text: externalId, kind: 'external-id' },
    ...names.map((text) => ({ text, kind: 'name' })),
  ];
}

function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
