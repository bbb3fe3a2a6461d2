import { EVENT_TRACK_REJECT, PIXEL_BATCH_REJECT, PIXEL_TRACK_REJECT } from './reject-schemas.ts';
import { SHARED } from './warn-fields.ts';
import { EVENT_TRACK_WARN, FLAT_WARN, PIXEL_BATCH_WARN, PIXEL_TRACK_WARN } from './warn-schemas.ts';

/**
 * The contract as JSON Schema, draft 2020-12: for each body what is refused and what is unwise. Published with the package (see
 * `docs/generate.ts`).
 *
 * The flat layout has no schema of refusals: the service reads it as a body of event/track, whose schema refuses it.
 */
export const SCHEMAS = {
  'event-track.reject': reject('event/track', EVENT_TRACK_REJECT),
  'event-track.warn': warn('event/track', EVENT_TRACK_WARN),
  'pixel-track.reject': reject('pixel/track', PIXEL_TRACK_REJECT),
  'pixel-track.warn': warn('pixel/track', PIXEL_TRACK_WARN),
  'pixel-batch.reject': reject('pixel/batch', PIXEL_BATCH_REJECT),
  'pixel-batch.warn': warn('pixel/batch', PIXEL_BATCH_WARN),
  'flat.warn': warn('event/track in the legacy layout', FLAT_WARN),
} as const;

export type SchemaName = keyof typeof SCHEMAS;

function reject(of: string, schema: object): object {
  return {
    title: `TikTok Events API, ${of}: refused`,
    description:
      'A body that breaks this is refused. The title of the part that it breaks is the kind of refusal.',
    allOf: [schema],
  };
}

function warn(of: string, schema: object): object {
  return {
    title: `TikTok Events API, ${of}: accepted, but unwise`,
    description:
      'A body that breaks this may be accepted, but to no good end. The title of the part that it breaks says how.',
    ...schema,
    $defs: SHARED,
  };
}
