import { formOf } from '../../views/contract.ts';
import { personalDataOf } from '../../views/personal.ts';
import { sentMembers } from '../../views/pixel-identity.ts';
import { isDigest } from '../../views/server-identity.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const externalIdClear = defineRule({
  id: 'identity/external-id-clear',
  severity: 'trivial',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The external id that the pixel sends is a hash',
  why:
    'The SDK hashes e-mail and phone but sends external_id unchanged. This is for information: some documents say that it is hashed, ' +
    'too, and the server is asked to send its SHA-256.',
  fix: 'Pass ttq.identify the SHA-256 of the id, the same value that the server sends. If the id reveals nothing about the person, you can leave it as it is.',
  source:
    'Measured: external_id is sent unhashed; TikTok Events API reference, "User data": external_id as SHA-256',
  messages: {
    clear: ({ events, page }: Args<'events' | 'page'>) =>
      `The external id was sent unhashed from ${page}, with ${events}`,
  },
  check(evidence, target) {
    const sent = sentMembers(evidence, ['external_id']);
    if (sent.length === 0) return { inapplicable: 'The pixel sent no external id' };
    const find = personalDataOf(evidence, target);
    // An e-mail address as the id is left to privacy/requests-clean.
    const clear = sent.filter(
      ({ value }) => !isDigest(formOf(value)) && find(value, { externalIds: true }).length === 0,
    );
    if (clear.length === 0) return [];
    const { place, page } = clear[0]!;
    const events = listed(clear.map(({ event }) => event || 'requests of the SDK itself'));
    return [finding('clear', place, { args: { events, page: pathOf(page) }, page })];
  },
});
