import { expect } from '@playwright/test';
import { namedWays } from '../../../src/visit/isolated-wall.ts';
import { test } from '../test.ts';

const at = (host: string, port: number) => ({ host, port });

test('an address is reached directly, and this machine by any of its names', () => {
  expect(namedWays(['127.0.0.1:5432', '[::1]:6379', '10.0.0.5:3306', 'localhost:25'])).toEqual({
    ways: [
      { at: at('127.0.0.1', 5432), to: at('127.0.0.1', 5432) },
      { at: at('::1', 6379), to: at('::1', 6379) },
      { at: at('10.0.0.5', 3306), to: at('10.0.0.5', 3306) },
      { at: at('127.0.0.1', 25), to: at('localhost', 25) },
    ],
    lines: [],
  });
});

test('each name has its own address, with all its ports', () => {
  expect(namedWays(['db.internal:5432', 'cache:6379', 'DB.internal:5433'])).toEqual({
    ways: [
      { at: at('127.64.1.1', 5432), to: at('db.internal', 5432) },
      { at: at('127.64.1.2', 6379), to: at('cache', 6379) },
      { at: at('127.64.1.1', 5433), to: at('db.internal', 5433) },
    ],
    lines: [
      '127.64.1.1 db.internal\n::ffff:127.64.1.1 db.internal',
      '127.64.1.2 cache\n::ffff:127.64.1.2 cache',
    ],
  });
});
