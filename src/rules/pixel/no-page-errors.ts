import { hasPixel } from '../../views/documents.ts';
import { causesNamed, trackingErrors } from '../../views/errors.ts';
import { finding, firstOfEach, lineOf, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { silentPages, toSilence } from '../silent-pages.ts';

export const noPageErrors = defineRule({
  id: 'pixel/no-page-errors',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'console'],
  yieldsTo: [
    // The error behind a missing event is reported with the event.
    { rule: 'event/expected', to: ['missing'], sharing: ['error'] },
    ...toSilence(),
  ],
  title: 'The tracking code causes no uncaught error',
  why: 'An error stops the script that it occurs in: everything after it, tracking or not, does not run.',
  fix: 'Call only the ttq methods that the base code defines, after the base code, and check the line named here.',
  source: 'Measured: the methods of the base code, and those that the SDK replaces when it takes over',
  messages: {
    error: ({ page, message, source }: Args<'page' | 'message' | 'source'>) =>
      `${page} reports "${message}"${source ? ` at ${source}` : ''}`,
  },
  check(evidence) {
    // In a visit that broke off, absence proves nothing: there the error may be the only explanation.
    const isBroken = evidence.outcome === 'broken';
    if (!isBroken && !evidence.documents.some((document) => hasPixel(document, evidence)))
      return { inapplicable: 'No page has the pixel: see pixel/sdk-loads' };
    return trackingErrors(evidence).map((error) => {
      const { message, source, place, document } = error;
      const page = document?.url ?? '';
      return finding('error', place, {
        args: { page: pathOf(page), message, source: lineOf(source) },
        page,
        about: { page: silentPages(document ? [document] : [], evidence), error: causesNamed(error) },
      });
    });
  },
  group: (findings) => firstOfEach(findings, ({ args }) => [args.page, args.message]),
});
