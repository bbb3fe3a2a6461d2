import { isOfCall, trackingErrors } from '../../views/errors.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_BLOCKED } from '../scenarios.ts';

export const siteSurvivesBlocking = defineRule({
  id: 'pixel/site-survives-blocking',
  severity: 'critical',
  scenarios: PIXEL_BLOCKED,
  needs: ['console'],
  title: 'The site works even if TikTok is blocked',
  why: 'Many visitors block TikTok: a checkout that waits for its script loses their orders, not only the data about them.',
  fix: "Do not let any step of the site wait for TikTok: call ttq and continue, and use nothing that only TikTok's script provides.",
  source: "Ad blockers' filter lists, which name analytics.tiktok.com",
  messages: {
    'broken-off': ({ problem }: Args<'problem'>) =>
      `With TikTok blocked, the journey does not reach its end: ${problem}`,
    error: ({ page, message }: Args<'page' | 'message'>) =>
      `With TikTok blocked, ${page} reports "${message}"`,
  },
  check(evidence) {
    const { problem } = evidence;
    const errors = Map.groupBy(
      trackingErrors(evidence).filter(isOfCall),
      ({ message, document }) => `${pathOf(document?.url ?? '')} ${message}`,
    );
    return [
      ...(problem?.kind === 'step'
        ? [finding('broken-off', '/problem', { args: { problem: problem.message } })]
        : []),
      ...[...errors.values()].map(([first]) => {
        const { message, place, document } = first!;
        const page = document?.url ?? '';
        return finding('error', place, { args: { page: pathOf(page), message }, page });
      }),
    ];
  },
});
