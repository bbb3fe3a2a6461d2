import Type, { type TSchema } from 'typebox';
import type { Advice } from './fields.ts';

/**
 * Building block of the schemas. A check is a JSON Schema with the finding's code as its `title` and what is wanted as its
 * `description`: both are standard keywords, so any validator accepts the published files, and editors show them.
 */
export function check(code: string, wanted: string, assertion: object = {}): TSchema {
  return Type.Unsafe<unknown>({ title: code, description: wanted, ...assertion });
}

/** A value that must pass each of these checks. */
export function all(...checks: object[]): TSchema {
  return Type.Unsafe<unknown>({ allOf: checks });
}

/** A reference to a schema in the `$defs` of its document. */
export function shared(name: Advice): TSchema {
  return Type.Unsafe<unknown>({ $ref: `#/$defs/${name}` });
}
