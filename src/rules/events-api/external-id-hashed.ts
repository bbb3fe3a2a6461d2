import { defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { UNHASHED, unhashed } from '../unhashed.ts';

export const externalIdHashed = defineRule({
  id: 'events-api/external-id-hashed',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server'],
  title: 'The external id is sent as SHA-256',
  why: "The reference asks for a hash. A clear id is accepted, too: TikTok's own web sample and its WooCommerce plugin send one, so this does not hold a release.",
  fix:
    'Send the SHA-256 of the id in hexadecimal: 64 digits. If a plugin sends it, you can only ask its makers to change it, or waive ' +
    'this rule. One id shared by all visitors is a different and worse problem: see identity/external-id-own.',
  source: 'TikTok Events API reference, "User data": external_id',
  messages: UNHASHED,
  check: (evidence) => unhashed(evidence, ['externalId']),
});
