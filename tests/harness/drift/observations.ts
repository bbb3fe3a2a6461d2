import type { CookieSeen, Observation, Sent } from '../../../src/drift/observation.ts';
import { PIXEL } from '../../../src/drift/probe.ts';

export function nothing(): Observation {
  return {
    sent: [],
    cookies: [],
    sessionStorage: {},
    localStorage: {},
    console: [],
    errors: [],
    reports: {},
  };
}

export function message(event: string, fields: Record<string, unknown> = {}): Sent {
  return {
    transport: 'beacon',
    method: 'POST',
    host: 'analytics.tiktok.com',
    path: '/api/v2/pixel',
    query: {},
    body: { event, event_id: '', context: { pixel: { code: PIXEL } }, properties: {}, ...fields },
  };
}

export function cookie(name: string, value: string, more: Partial<CookieSeen> = {}): CookieSeen {
  return { name, value, domain: '.shop.example', path: '/', lifetime: '390 days', flags: '', ...more };
}
