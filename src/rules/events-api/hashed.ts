import { defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { UNHASHED, unhashed } from '../unhashed.ts';

export const hashed = defineRule({
  id: 'events-api/hashed',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'E-mail address and phone number are sent only as SHA-256',
  why: 'If either is not hashed, the service refuses the whole request with all its events. Hashed in any other way, they match nobody.',
  fix: 'Normalise the value and send its SHA-256 in hexadecimal: 64 digits.',
  source: 'TikTok Events API reference, "User data": email and phone; code 40062',
  messages: UNHASHED,
  stakes: ({ code, place }) => (code === 'clear' ? [place] : []),
  check: (evidence) => unhashed(evidence, ['email', 'phone']),
});
