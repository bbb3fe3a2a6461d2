import { readCookie, writeBrowserCookie } from './cookies.ts';
import { parameter } from './parameter.ts';

const NAME = 'tt_test_id';

/** The id under which Events Manager shows test events: a URL parameter, kept in a cookie. */
export function findTestId(): string | undefined {
  const given = parameter(NAME);
  if (given !== undefined) writeBrowserCookie(NAME, given);
  return given ?? readCookie(NAME);
}
