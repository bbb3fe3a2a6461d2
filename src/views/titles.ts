import { record, text } from '../tiktok/pixel-request.ts';
import { perEvidence } from './memo.ts';
import { pixelDocuments } from './personal.ts';

/** A title of a page with the pixel, of the document itself or as the SDK sent it. */
export interface Title {
  title: string;
  page: string;
  place: string;
}

export const titlesOf = perEvidence((evidence): readonly Title[] => {
  const documents = pixelDocuments(evidence).flatMap(({ title, url, place }) =>
    title === undefined ? [] : [{ title, page: url, place: `${place}/title` }],
  );
  // The SDK sends a page's again and again.
  const known = new Map<string, string>();
  const titleOf = (meta: string) => {
    const title = known.get(meta) ?? titleIn(meta);
    known.set(meta, title);
    return title;
  };
  const collected = evidence.requests.flatMap(({ body }, index) => {
    const { content_data: content } = record(record(body).auto_collected_properties);
    const { meta } = record(content);
    if (typeof meta !== 'string') return [];
    const page = text(record(record(record(body).context).page).url);
    const place = `/requests/${index}/body/auto_collected_properties/content_data/meta`;
    return [{ title: titleOf(meta), page, place }];
  });
  return [...documents, ...collected];
});

function titleIn(meta: string): string {
  try {
    return text(record(JSON.parse(meta)).title);
  } catch {
    return '';
  }
}
