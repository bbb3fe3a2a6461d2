import type { Evidence } from '../../evidence/evidence.ts';
import { redacted } from '../../masking/mask.ts';
import { addressOf } from '../../tiktok/address.ts';
import { isStandardEvent } from '../../tiktok/event-names.ts';
import { record } from '../../tiktok/pixel-request.ts';
import { isSensitiveTopic, sensitiveTopicOf } from '../../tiktok/sensitive-topics.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { pixelDocuments } from '../../views/personal.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const sensitiveTopics = defineRule({
  id: 'privacy/sensitive-topics',
  severity: 'minor',
  scenarios: ALL,
  needs: ['messages'],
  title: 'No event name, parameter or URL refers to health, finance or children',
  why: 'TikTok does not want such data and may restrict a pixel that sends it. A word is only a hint: the site knows whether there is data behind it.',
  fix: 'Leave the parameter out, give the event a less specific name, or keep the pixel off these pages.',
  source:
    "TikTok's Web Diagnostics: data about children, health or finance in names, parameters or URLs; the words are this project's own",
  messages: {
    event: ({ name, topic }: Args<'name' | 'topic'>) => `The event ${name} refers to ${topic}`,
    parameter: ({ name, event, topic }: Args<'name' | 'event' | 'topic'>) =>
      `The parameter ${name} of ${event} refers to ${topic}`,
    path: ({ name, topic }: Args<'name' | 'topic'>) => `The URL of ${name} refers to ${topic}`,
    query: ({ name, page, topic }: Args<'name' | 'page' | 'topic'>) =>
      `The parameter ${name} in the URL of ${page} refers to ${topic}`,
  },
  check(evidence) {
    const names = namesIn(evidence);
    if (names.length === 0) return { inapplicable: 'No page had the pixel, and nothing was sent' };
    const found = names.flatMap((one) => {
      const topic = sensitiveTopicOf(one.name)?.topic;
      // A part of a path is often the name of a product or an article.
      if (!topic || (one.code === 'path' && !isSensitiveTopic(one.name))) return [];
      return [{ ...one, topic }];
    });
    const groups = Map.groupBy(found, ({ code, name }) => `${code} ${name}`);
    return [...groups.values()].map(([first]) => {
      const { code, name, topic, place, event = '', page = '' } = first!;
      const at = pathOf(redacted(page));
      const args = { topic, event, page: at, name: code === 'path' ? at : redacted(name) };
      return finding(code, place, { args, ...(event ? { event } : {}), ...(page ? { page } : {}) });
    });
  },
});

interface Name {
  code: 'event' | 'parameter' | 'path' | 'query';
  name: string;
  place: string;
  event?: string;
  page?: string;
}

function namesIn(evidence: Evidence): Name[] {
  const events = [...siteEvents(evidence), ...receivedEvents(evidence)].flatMap(
    ({ event, page, properties, place }): Name[] => [
      ...(isStandardEvent(event) ? [] : [{ code: 'event' as const, name: event, place, event, page }]),
      ...keysOf(properties).map((name): Name => ({ code: 'parameter', name, place, event, page })),
    ],
  );
  const addresses = pixelDocuments(evidence).flatMap(({ url, place }): Name[] => {
    const { pathname = '', searchParams } = addressOf(redacted(url)) ?? {};
    const [at, page] = [`${place}/url`, url];
    return [
      ...pathname.split('/').map((name): Name => ({ code: 'path', name, place: at, page })),
      ...[...(searchParams?.keys() ?? [])].map((name): Name => ({ code: 'query', name, place: at, page })),
    ];
  });
  return [...events, ...addresses];
}

/** Names of members at every depth. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (record(value) !== value) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...keysOf(member)]);
}
