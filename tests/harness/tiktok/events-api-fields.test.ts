import { expect } from '@playwright/test';
import { kindOfField } from '../../../src/masking/fields.ts';
import { decodeServerRequest } from '../../../src/tiktok/events-api/decode.ts';
import {
  FIELD_ROWS,
  type FieldRow,
  fieldsIn,
  type LayoutName,
  membersOf,
} from '../../../src/tiktok/events-api/fields.ts';
import { contractFinding } from '../../../src/tiktok/events-api/finding.ts';
import { everyColumnIsNeeded } from '../columns.ts';
import { test } from '../test.ts';

test('a row without a column does not compile', () => {
  everyColumnIsNeeded<FieldRow>();
  // @ts-expect-error
  everyColumnIsNeeded<Omit<FieldRow, 'mask'> & Partial<Pick<FieldRow, 'mask'>>>();
});

const URLS: Record<LayoutName, string> = {
  track: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
  legacy: 'https://business-api.tiktok.com/open_api/v1.3/pixel/track/',
  flat: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
};

for (const [field, row] of FIELD_ROWS) {
  for (const layout of ['track', 'legacy', 'flat'] as const) {
    for (const path of row[layout]) {
      test(`${field} is found at ${path} in ${layout}`, () => {
        const event = path.startsWith('/') ? { event: 'Any' } : { event: 'Any', ...nested(path) };
        const beside = path.startsWith('/') ? nested(path.slice(1)) : {};
        const body = layout === 'track' ? { data: [event], ...beside } : { ...event, ...beside };
        const [decoded] = decodeServerRequest(URLS[layout], body);
        const place = layout === 'track' && !path.startsWith('/') ? `/data/0/${path}` : `/${path}`;
        expect(decoded!.places[field]).toBe(place.replace('//', '/'));
      });
    }
  }

  for (const name of membersOf(row)) {
    test(`the value of ${name} is ${row.mask ? `masked as ${row.mask}` : 'not masked for its name'}`, () => {
      expect(kindOfField(name)).toBe(row.mask ?? undefined);
      expect(kindOfField(name.toUpperCase().replaceAll('_', '-'))).toBe(row.mask ?? undefined);
    });

    test(`the value of ${name} is ${row.quoted ? 'quoted' : 'never quoted'} in a message`, () => {
      const { message } = contractFinding('warn', 'type', `/body/data/0/user/${name}`, 'Ada', 'nothing');
      expect(message.includes('Ada')).toBe(row.quoted);
    });
  }
}

test('a part of the event has the members that are in it, by their first spelling', () => {
  const names = (layout: LayoutName, part: string) => fieldsIn(layout, part).map(({ member }) => member);
  expect(names('track', 'page')).toEqual(['url', 'referrer']);
  expect(names('track', '/')).toEqual(['event_source_id', 'event_source', 'test_event_code', 'partner_name']);
  expect(names('legacy', 'context')).toEqual(['ip', 'user_agent']);
  expect(names('legacy', 'context/ad')).toEqual(['callback']);
});

/** An object with a text at a path. */
function nested(path: string): Record<string, unknown> {
  const [name, ...rest] = path.split('/');
  return {
    [name!]: rest.length === 0 ? (name === 'properties' ? { value: 1 } : 'text') : nested(rest.join('/')),
  };
}
