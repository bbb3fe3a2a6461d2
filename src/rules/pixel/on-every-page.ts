import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { addressOf } from '../../tiktok/address.ts';
import { answerOf } from '../../views/consent.ts';
import { arrivalDocuments, foreignFrames, hasPixel, pagesSeen } from '../../views/documents.ts';
import { refusals } from '../../views/refusals.ts';
import { inertType, isNeverRun, spoiltSnippets } from '../../views/snippets.ts';
import { absent, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { JOURNEY_OF_PAGES } from '../scenarios.ts';

export const onEveryPage = defineRule({
  id: 'pixel/on-every-page',
  severity: 'critical',
  scenarios: JOURNEY_OF_PAGES,
  needs: ['pages', 'steps', 'consent'],
  title: 'Every page of the site has the pixel',
  why: 'A page without the pixel counts no visitors, and ttq calls on it fail. It is often the thank-you page.',
  fix:
    "Put the base code into the <head> of every template, including the checkout's. In a tag manager, fire its tag on all pages. " +
    "Page builders put custom HTML into a frame of another host: use their field for the page's <head>. If a " +
    'page is not part of the site\'s tracking, such as the login of a staging site, add it to "exclude" in the target file.',
  source: 'TikTok help centre, "Install the pixel": the base code on every page of the site',
  messages: {
    missing: ({ page, type, inert = '' }: Args<'page' | 'type', 'inert'>) =>
      `${page} has no pixel: ttq.load was not called, no script was requested, and no event was sent` +
      (inert ? '; its base code is there but was never run, as with a script inserted by innerHTML' : '') +
      (type ? `; its base code is in a script element of type ${type}, which no browser runs` : ''),
    'in-frame': ({ page, frame }: Args<'page' | 'frame'>) =>
      `${page} has no pixel of its own, only that of a frame of ${frame}: TikTok is given the address of the frame, and what happens in the page around it is not seen`,
  },
  check(evidence, target) {
    const pages = pagesSeen(evidence, target).filter((page) => !isExcused(page, evidence));
    const missing = pages.filter((page) => !hasPixel(page, evidence));
    if (evidence.documents.every((page) => !hasPixel(page, evidence)))
      return { inapplicable: 'No page has the pixel: see pixel/sdk-loads' };
    const landing = arrivalDocuments(evidence).at(-1);
    return [...Map.groupBy(missing, ({ url }) => pathOf(url)).values()].map((documents) => {
      const [first] = documents;
      const { url } = first!;
      const about = landing && documents.includes(landing) ? { landing: landing.id } : {};
      const place = `/documents/${evidence.documents.indexOf(first!)}`;
      const frame = foreignFrames(first!, evidence).find((one) => hasPixel(one, evidence));
      if (frame) {
        const args = { page: pathOf(url), frame: addressOf(frame.url)!.host };
        return absent('in-frame', place, { args, page: url, about });
      }
      const inert = isNeverRun(first!, evidence) ? { inert: 'yes' } : {};
      const args = { page: pathOf(url), type: inertType(first!, evidence), ...inert };
      return absent('missing', place, { args, page: url, about });
    });
  },
});

/** A page before consent may have no pixel; a base code that is there, but spoilt or refused, is reported elsewhere. */
function isExcused(page: DocumentRecord, evidence: Evidence): boolean {
  const granted = answerOf(evidence, 'granted');
  return (
    (granted !== undefined && page.at < granted.at) ||
    spoiltSnippets(evidence).some(({ document }) => document === page) ||
    refusals(evidence).some(({ document }) => document === page)
  );
}
