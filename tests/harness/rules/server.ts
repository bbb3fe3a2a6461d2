import type { Evidence } from '../../../src/evidence/evidence.ts';
import { AT, type Change } from './clean.ts';

/** The only server event of the clean visit. */
export const SERVER_EVENT = `${AT.server}/body/data/0`;

type ServerRequest = Evidence['server']['requests'][number];

/** The members of a body in the layout of event/track. */
export interface TrackBody {
  event_source?: string;
  event_source_id?: string;
  data: Record<string, unknown>[];
  [member: string]: unknown;
}

/** The server sends its request again, changed. */
export function sendAgain(change: (request: ServerRequest, body: TrackBody) => void = () => {}): Change {
  return ({ server }) => {
    const request = structuredClone(server.requests[0]!);
    change(request, request.body as TrackBody);
    server.requests.push(request);
  };
}

/** Changes the server's first request. */
export function inRequest(change: (body: TrackBody, request: ServerRequest) => void): Change {
  return ({ server }) => change(server.requests[0]!.body as TrackBody, server.requests[0]!);
}

/** The answer of the Events API to the request at an index. */
export function answer(code: number, message: string, request = 0): Change {
  return ({ server }) => {
    server.requests[request]!.answer = { code, message, request_id: '0', data: {} };
  };
}

/** The body in the layout of the older API, as pixel/track accepts it. */
export function legacyBody({
  event_source_id: pixel,
  data: [event = {}],
}: TrackBody): Record<string, unknown> {
  const { user, page, event_time: time, ...rest } = event as Record<string, Record<string, unknown>>;
  const { ttclid, ip, user_agent, phone, ...identity } = user ?? {};
  return {
    pixel_code: pixel,
    ...rest,
    timestamp: new Date(Number(time) * 1000).toISOString(),
    context: { ad: { callback: ttclid }, ip, user_agent, page, user: { ...identity, phone_number: phone } },
  };
}
