import { expect } from '@playwright/test';
import { type Lasting, Shared, test } from './test.ts';

test('a shared thing is opened once, and closed when four others have been used since', async () => {
  const log: string[] = [];
  const kinds = [1, 2, 3, 4, 5].map(
    (number): Lasting<number> => ({
      open: async () => {
        log.push(`open ${number}`);
        return number;
      },
      close: () => log.push(`close ${number}`),
    }),
  );
  const shared = new Shared();
  const got: number[] = [];
  for (const index of [0, 1, 2, 3, 0, 4]) got.push(await shared.get(kinds[index]!));
  expect(got).toEqual([1, 2, 3, 4, 1, 5]);
  expect(log.splice(0)).toEqual(['open 1', 'open 2', 'open 3', 'open 4', 'open 5', 'close 2']);
  await shared.closeUntil(0);
  expect(log).toEqual(['close 3', 'close 4', 'close 1', 'close 5']);
});
