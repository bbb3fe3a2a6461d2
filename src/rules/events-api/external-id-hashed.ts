import { defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { UNHASHED, unhashed } from '../unhashed.ts';

export const externalIdHashed = defineRule({
  id: 'events-api/external-id-hashed',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server'],
  title: 'The external id is sent as SHA-256',
  why:
    "The reference wants it hashed. In clear it is taken all the same: TikTok's own web sample and its WooCommerce plugin send it so, " +
    'which is why this holds no release. It cannot match the id that the pixel sends, which the SDK hashes.',
  fix:
    'Send the SHA-256 of the id in hexadecimal: 64 digits. Where a plugin sends it, nothing can be done but to ask its makers, or to ' +
    'waive it. One id for all visitors is another matter, and the worse one: see identity/external-id-own.',
  source: 'TikTok Events API reference, "User data": external_id',
  messages: UNHASHED,
  check: (evidence) => unhashed(evidence, ['externalId']),
});
