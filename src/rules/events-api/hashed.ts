import { defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { UNHASHED, unhashed } from '../unhashed.ts';

export const hashed = defineRule({
  id: 'events-api/hashed',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'E-mail address and phone number are sent as SHA-256 only',
  why: 'The service refuses a request with either of them in clear, with all its events; hashed in another way, they match nobody.',
  fix: 'Bring the value into its normal form and send its SHA-256 in hexadecimal: 64 digits.',
  source: 'TikTok Events API reference, "User data": email and phone; code 40062',
  messages: UNHASHED,
  check: (evidence) => unhashed(evidence, ['email', 'phone']),
});
