/** A code of the Events API with the name that TikTok's own SDK code gives it. */
export interface ServiceCode {
  code: number;
  name: string;
  /** As recorded from the service, or ours if none was; `{}` is replaced by what the request is about. */
  message: string;
}

/**
 * The service's answers. Names: TikTok's SDK code. Messages: recorded for OK, PARAM_ERROR, PERMISSION_ERROR, REQUEST_TOO_FREQUENT
 * and ACCESS_TOKEN_INVALID; no answer with one of the others was found.
 */
export const CODES = {
  ok: { code: 0, name: 'OK', message: 'OK' },
  partial: { code: 20001, name: 'PARTIAL_SUCCESS', message: 'OK' },
  'invalid-params': { code: 40000, name: 'INVALID_PARAMS', message: 'Invalid value for {}.' },
  'no-permission': {
    code: 40001,
    name: 'PERMISSION_ERROR',
    message:
      'No permission to operate pixel code: {}. You must be an admin or operator of this advertiser account.',
  },
  'param-error': { code: 40002, name: 'PARAM_ERROR', message: 'Invalid value for {}.' },
  'batch-size': { code: 40061, name: 'INVALID_BATCH_SIZE', message: 'Invalid value for {}.' },
  'pii-not-hashed': { code: 40062, name: 'PII_NOT_HASHED', message: 'Invalid value for {}.' },
  'too-frequent': {
    code: 40100,
    name: 'REQUEST_TOO_FREQUENT',
    message: 'Too many requests. Please retry in some time.',
  },
  'token-expired': { code: 40102, name: 'ACCESS_TOKEN_EXPIRED', message: 'Access token has expired.' },
  'token-empty': { code: 40104, name: 'ACCESS_TOKEN_EMPTY', message: 'Access token is empty.' },
  'token-invalid': {
    code: 40105,
    name: 'ACCESS_TOKEN_INVALID',
    message: 'Access token is incorrect or has been revoked.',
  },
} as const satisfies Record<string, ServiceCode>;

export type CodeKey = keyof typeof CODES;

/** The message of a code, with its subject. */
export function messageOf(key: CodeKey, about = ''): string {
  return CODES[key].message.replace('{}', () => about);
}
