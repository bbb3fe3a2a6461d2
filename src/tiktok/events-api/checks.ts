import Type, { type TSchema } from 'typebox';
import type { Advice } from './fields.ts';

/**
 * The material of the schemas. A check is a JSON Schema with the finding's code for its `title` and what is
 * wanted for its `description`: both are standard keywords, so that any validator takes the published files,
 * and an editor shows them.
 */
export function check(code: string, wanted: string, assertion: object = {}): TSchema {
  return Type.Unsafe<unknown>({ title: code, description: wanted, ...assertion });
}

/** A value that must pass each of these checks. */
export function all(...checks: object[]): TSchema {
  return Type.Unsafe<unknown>({ allOf: checks });
}

/** A schema that stands in the `$defs` of its document. */
export function shared(name: Advice): TSchema {
  return Type.Unsafe<unknown>({ $ref: `#/$defs/${name}` });
}
