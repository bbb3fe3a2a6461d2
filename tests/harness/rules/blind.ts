import { type Evidence, PARTS, type Part } from '../../../src/evidence/evidence.ts';
import { seenOnWire } from '../../../src/har/pages.ts';
import { decodePixelRequest } from '../../../src/tiktok/pixel-request.ts';
import { copyOf } from './copy.ts';

/** What no HAR shows, whatever program wrote it. */
const IN_SOME: readonly Part[] = ['tabs', 'arrival', 'cookies', 'messages'];
export const NOT_IN_A_HAR: readonly Part[] = PARTS.filter((part) => !IN_SOME.includes(part));

/** The same visit in evidence that does not show some parts of it. */
export function blinded(evidence: Evidence, parts: readonly Part[]): Evidence {
  const blind = copyOf(evidence);
  for (const part of parts) CUT[part](blind);
  blind.recorder.blind = parts.map((part) => ({ part, by: 'format', why: `${part} is not shown` }));
  return blind;
}

const CUT: Record<Part, (evidence: Evidence) => void> = {
  calls: (evidence) => {
    evidence.calls = [];
  },
  pages: (evidence) => {
    evidence.documents = seenOnWire(evidence.documents, evidence.requests).map(
      ({ title: _title, snippets: _snippets, ...document }) => document,
    );
    evidence.storage = [];
    delete evidence.exposed;
  },
  navigation: (evidence) => {
    evidence.documents.forEach((document, index) => {
      document.via = index === 0 ? 'goto' : 'unknown';
    });
  },
  tabs: (evidence) => {
    for (const document of evidence.documents) document.tab = 0;
  },
  arrival: (evidence) => {
    evidence.documents.forEach((document, index) => {
      document.arrival = index === 0;
    });
  },
  steps: (evidence) => {
    evidence.steps = [];
  },
  consent: (evidence) => {
    evidence.consent = [];
  },
  console: (evidence) => {
    evidence.console = [];
    evidence.errors = [];
  },
  server: (evidence) => {
    evidence.server = { seen: false, requests: [] };
    evidence.recorder.eventsApi = 'none';
  },
  cookies: (evidence) => {
    evidence.cookies = [];
  },
  messages: (evidence) => {
    for (const request of evidence.requests)
      if (decodePixelRequest(request.url, request.body)) delete request.body;
  },
};

/** The fields of the evidence that a part is in. */
export const FIELDS: Record<Part, readonly (keyof Evidence)[]> = {
  calls: ['calls'],
  pages: ['documents', 'storage', 'exposed'],
  navigation: ['documents'],
  tabs: ['documents'],
  arrival: ['documents'],
  steps: ['steps'],
  consent: ['consent'],
  console: ['console', 'errors'],
  server: ['server', 'recorder'],
  cookies: ['cookies'],
  messages: ['requests'],
};
