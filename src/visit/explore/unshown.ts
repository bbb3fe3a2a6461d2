import type { Evidence } from '../../evidence/evidence.ts';
import { sentEvents } from '../../views/events.ts';
import type { Answer } from './consent-tool.ts';

interface Answered {
  /** When the answer was given. */
  at: number;
  /** Whether the clicked label says that it refuses. */
  isRefusal: boolean;
  /** Of the page that was answered and opened again. */
  evidence: Evidence;
}

/** How a page behaves against the answer, if it does. After a grant the pixel should send; after a refusal it should not. */
export function unshown(kind: Answer, { at, isRefusal, evidence }: Answered): { unshown?: string } {
  const called = (method: string) => evidence.calls.some((call) => call.method === method && call.at > at);
  const sent = sentEvents(evidence).some((event) => event.at > at);
  if (kind === 'grant') {
    if (called('revokeConsent') && !called('grantConsent'))
      return { unshown: 'after what was clicked to grant it, the page called ttq.revokeConsent' };
    return sent ? {} : { unshown: 'after what was clicked to grant it, the page sent nothing to TikTok' };
  }
  // A label that says it refuses is a refusal; if the page ignores it, an audit reports that.
  if (isRefusal) return {};
  if (called('grantConsent'))
    return { unshown: 'after what was clicked to refuse, the page called ttq.grantConsent' };
  return sent ? { unshown: 'after what was clicked to refuse, the page sent events to TikTok' } : {};
}
