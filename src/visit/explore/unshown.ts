import type { Evidence } from '../../evidence/evidence.ts';
import { sentEvents } from '../../views/events.ts';
import type { Answer } from './consent-tool.ts';

interface Answered {
  /** When the answer was given. */
  at: number;
  /** Whether what was clicked says that it refuses. */
  isRefusal: boolean;
  /** Of the page that was answered and was opened again. */
  evidence: Evidence;
}

/** Why a page does not show that it was answered so; nothing where it does. Consent that was granted has the pixel send, one that was refused has it not. */
export function unshown(kind: Answer, { at, isRefusal, evidence }: Answered): { unshown?: string } {
  const called = (method: string) => evidence.calls.some((call) => call.method === method && call.at > at);
  const sent = sentEvents(evidence).some((event) => event.at > at);
  if (kind === 'grant') {
    if (called('revokeConsent') && !called('grantConsent'))
      return { unshown: 'after what was clicked to grant it, the page called ttq.revokeConsent' };
    return sent ? {} : { unshown: 'after what was clicked to grant it, the page sent nothing to TikTok' };
  }
  // What says that it refuses does; that the page does not go by it, an audit reports.
  if (isRefusal) return {};
  if (called('grantConsent'))
    return { unshown: 'after what was clicked to refuse, the page called ttq.grantConsent' };
  return sent ? { unshown: 'after what was clicked to refuse, the page sent events to TikTok' } : {};
}
