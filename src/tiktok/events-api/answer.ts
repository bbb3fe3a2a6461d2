import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { record, text } from '../pixel-request.ts';
import { LegacyBatch, LegacyEvent, TrackEnvelope, TrackItem } from './schemas.ts';

/** What the stub answers. Business errors come with HTTP 200, as the service's do. */
export interface EventsApiAnswer {
  status: number;
  body: { code: number; message: string; request_id: string; data: object };
}

export interface EventsApiRequest {
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Parsed, or the text where it is no JSON. */
  body: unknown;
}

interface Rejection {
  code: number;
  message: string;
}

/** Code and meaning of the service's refusals (names from TikTok's SDK code, messages from recorded answers). */
const PARAM_ERROR = 40002;
const PII_NOT_HASHED = 40062;
const TOKEN_EMPTY = 40104;

const MAX_EVENTS = 1000;
const MAX_LEGACY_BATCH = 50;
const INVALID_BATCH_SIZE = 40061;

const ajv = new Ajv2020({ verbose: true, strict: false });
const envelope = ajv.compile(TrackEnvelope);
const item = ajv.compile(TrackItem);
const legacyEvent = ajv.compile(LegacyEvent);
const legacyBatch = ajv.compile(LegacyBatch);

/**
 * Answers an Events API request as the service does.
 *
 * @param at epoch milliseconds of the answer, and `entropy`, 20 upper-case hexadecimal digits: they make the request_id
 */
export function answerEventsApi(request: EventsApiRequest, at: number, entropy: string): EventsApiAnswer {
  const rejection = reject(request);
  const stamp = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  return {
    status: 200,
    body: { code: 0, message: 'OK', ...rejection, request_id: `${stamp}${entropy}`, data: {} },
  };
}

function reject({ url, headers, body }: EventsApiRequest): Rejection | undefined {
  if (!headers['access-token']) return { code: TOKEN_EMPTY, message: 'Access token is empty.' };
  const { pathname } = new URL(url);
  if (/\/pixel\/batch\/?$/.test(pathname)) return rejectBatch(body);
  if (/\/pixel\/track\/?$/.test(pathname)) return firstError(legacyEvent, body, '');
  return rejectTrack(body);
}

/** The service checks the envelope's fields in this order before it looks at an event. */
function rejectTrack(body: unknown): Rejection | undefined {
  const message = record(body);
  if (!['web', 'app', 'offline', 'crm'].includes(text(message.event_source))) {
    return { code: PARAM_ERROR, message: 'Invalid value for event_source: must be web, app or offline.' };
  }
  if (!text(message.event_source_id)) {
    return { code: PARAM_ERROR, message: 'Invalid value for event_source_id: not a valid string.' };
  }
  const { data } = message;
  if (Array.isArray(data) && data.length > MAX_EVENTS) {
    return { code: INVALID_BATCH_SIZE, message: `Invalid value for data: at most ${MAX_EVENTS} events.` };
  }
  return (
    firstError(envelope, body, '') ??
    firstOf((data as unknown[]).map((one, i) => firstError(item, one, `data[${i}].`)))
  );
}

function rejectBatch(body: unknown): Rejection | undefined {
  const { batch } = record(body);
  if (Array.isArray(batch) && batch.length > MAX_LEGACY_BATCH) {
    return {
      code: INVALID_BATCH_SIZE,
      message: `Invalid value for batch: at most ${MAX_LEGACY_BATCH} events.`,
    };
  }
  const pixel = record(body).pixel_code;
  return (
    firstError(legacyBatch, body, '') ??
    firstOf(
      (batch as object[]).map((one, i) =>
        firstError(legacyEvent, { pixel_code: pixel, ...one }, `batch[${i}].`),
      ),
    )
  );
}

function firstOf(rejections: (Rejection | undefined)[]): Rejection | undefined {
  return rejections.find((rejection) => rejection !== undefined);
}

function firstError(validate: ValidateFunction, value: unknown, prefix: string): Rejection | undefined {
  if (validate(value)) return undefined;
  const error = validate.errors?.[0] as ErrorObject;
  const field = prefix + fieldOf(error);
  const { hashed, wanted } = (error.parentSchema ?? {}) as { hashed?: boolean; wanted?: string };
  if (hashed)
    return { code: PII_NOT_HASHED, message: `Invalid value for ${field}: must be hashed with SHA-256.` };
  if (error.keyword === 'required')
    return { code: PARAM_ERROR, message: `Missing data for required field ${field}.` };
  return { code: PARAM_ERROR, message: `Invalid value for ${field}: ${wanted ?? error.message}.` };
}

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const missing = error.keyword === 'required' ? String(error.params.missingProperty) : '';
  return [path, missing].filter(Boolean).join('.') || 'body';
}
