import type { DocumentRecord, RequestRecord } from '../evidence/evidence.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { isSdkRequest } from '../tiktok/pixel-request.ts';
import { isAborted, isRefusedByPolicy } from '../views/refusals.ts';
import type { Recording } from './recording.ts';

/**
 * Documents that have loaded a pixel whose SDK has not taken over yet, whatever was called there and whatever consent holds back.
 */
export function mountingDocuments(recording: Recording): DocumentRecord[] {
  const loading = new Set(
    recording.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
  );
  return recording.documents.filter(
    (document) => loading.has(document.id) && isMounting(document, recording),
  );
}

/** Whether a live document has received or requested the SDK's first script, and the SDK has neither taken over nor failed. */
export function isMounting(document: DocumentRecord, recording: Recording): boolean {
  const { id, at: since } = document;
  if (document.mountedAt !== undefined || recording.unmounted.has(id) || !isLive(document, recording))
    return false;
  if (hasFailed(since, recording)) return false;
  return (
    recording.calls.some((call) => call.document === id && call.method === 'load') ||
    recording.requests.some((request) => request.at >= since && isSdkRequest(request) && isGiven(request))
  );
}

/** Whether a document is shown in its tab, or in a frame there. */
function isLive({ at, tab, frame, id }: DocumentRecord, recording: Recording): boolean {
  if (recording.closedTabs.has(tab)) return false;
  const current = recording.mainDocument(tab);
  return frame === 'child' ? current === undefined || at >= current.at : current?.id === id;
}

/** The scripts without which the SDK does not run: the first one, and the main one. */
const ESSENTIAL = [/\/i18n\/pixel\/(events|sdk)\.js/, /\/i18n\/pixel\/static\/main/];

/** Whether the SDK has failed since a time: by an error, a policy, or a missing script. */
function hasFailed(since: number, { errors, console, requests, failed }: Recording): boolean {
  const isNew = ({ at }: { at: number }) => at >= since;
  if (errors.some((error) => isNew(error) && error.source?.includes(SDK_ROOT))) return true;
  if (isRefusedByPolicy(console.filter(isNew))) return true;
  return ESSENTIAL.some((part) => {
    const answered = requests.filter((request) => isNew(request) && part.test(request.url));
    // An aborted script belongs to the page before, which was left while it was loading; only the abort shows that.
    const lost = failed.some((one) => isNew(one) && part.test(one.url) && !isAborted(one));
    return (lost || answered.some((request) => !isGiven(request))) && !answered.some(isGiven);
  });
}

function isGiven({ status }: RequestRecord): boolean {
  return status === 200;
}
