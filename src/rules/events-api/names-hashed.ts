import { defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { UNHASHED, unhashed } from '../unhashed.ts';

export const namesHashed = defineRule({
  id: 'events-api/names-hashed',
  severity: 'normal',
  scenarios: ALL,
  needs: ['server'],
  title: 'First name, last name and postal code are sent as SHA-256',
  why: "Unhashed, they are accepted but match nobody, and TikTok gets a person's name for nothing.",
  fix: 'Convert the value to lower case without surrounding blanks, and send its SHA-256 in hexadecimal: 64 digits.',
  source: 'TikTok Events API reference, "User data": first_name, last_name and zip_code',
  messages: UNHASHED,
  check: (evidence) => unhashed(evidence, ['firstName', 'lastName', 'zip']),
});
