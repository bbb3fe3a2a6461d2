import { hasPixel } from '../../views/documents.ts';
import { isOfAbsence, trackingErrors } from '../../views/errors.ts';
import { causesIn } from '../causes.ts';
import { expected } from '../event/expected.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { silentPages } from '../silent-pages.ts';

export const noPageErrors = defineRule({
  id: 'pixel/no-page-errors',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'console'],
  title: 'The tracking code causes no uncaught error',
  why: 'An error stops the script that it comes in: what stands behind it, of the tracking or of the page, does not happen.',
  mend: 'Call on ttq only what the base code defines, after the base code, and look at the line that is named.',
  source: 'Measured: the methods of the base code, and those that the SDK replaces when it takes over',
  messages: {
    error: ({ page, message, source }: Args<'page' | 'message' | 'source'>) =>
      `${page} reports "${message}"${source ? ` at ${source}` : ''}`,
  },
  check(evidence, target) {
    // That something is missing proves nothing in a visit that broke off: there the error may be all that tells why.
    const isBroken = evidence.outcome === 'broken';
    if (!isBroken && !evidence.documents.some((document) => hasPixel(document, evidence)))
      return { inapplicable: 'No page has the pixel: see pixel/sdk-loads' };
    const silent = isBroken ? [] : silentPages(evidence, target).documents;
    // What an expected event is missing for is told with it.
    const told = isBroken
      ? []
      : causesIn([expected], evidence, target).map(({ finding }) => finding.args.error);
    const errors = trackingErrors(evidence);
    const isAbsenceTold = errors.some((error) => told.includes(error.message) && isOfAbsence(error));
    const own = errors.filter((error) => {
      if (told.includes(error.message) || (isAbsenceTold && isOfAbsence(error))) return false;
      return !(error.document && silent.includes(error.document));
    });
    const once = Map.groupBy(own, ({ message, document }) => `${pathOf(document?.url ?? '')} ${message}`);
    return [...once.values()].map(([first]) => {
      const { message, source, place, document } = first!;
      const page = document?.url ?? '';
      return finding('error', place, { args: { page: pathOf(page), message, source: lineOf(source) }, page });
    });
  },
});

/** For a message: the last part of the path with the line, which is enough to find it. */
function lineOf(source: string): string {
  return /[^/]*:\d+:\d+$/.exec(source.replace(/\?[^:]*/, ''))?.[0] ?? '';
}
