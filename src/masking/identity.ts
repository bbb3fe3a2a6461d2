import type { Secret } from './secrets.ts';

/** What is known about a site and its test identity. */
export interface Known {
  name: string;
  baseURL: string;
  hosts: Readonly<Record<string, string>>;
  identity: { email?: string; phone?: string; externalId?: string; firstName?: string; lastName?: string };
}

/** The identity; the mask finds each part in every spelling. */
export function identitySecrets({ identity, baseURL, hosts, name }: Known): Secret[] {
  const { email = '', phone = '', externalId = '', firstName = '', lastName = '' } = identity;
  const addresses = [withoutLogin(baseURL), ...Object.keys(hosts), name].join(' ').toLowerCase();
  // A name that also occurs in the site's addresses would make them unreadable.
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
