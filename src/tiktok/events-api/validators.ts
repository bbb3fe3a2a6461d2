import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { SCHEMAS, type SchemaName } from './schemas.ts';

let ajv: Ajv2020 | undefined;
const VALIDATORS = new Map<SchemaName, ValidateFunction>();

/**
 * Compiled at first use: code that only decodes should not wait for it. For the published package, build/validators.ts compiles all and
 * puts the result in this module's place.
 */
export function validatorOf(name: SchemaName): ValidateFunction {
  const known = VALIDATORS.get(name);
  if (known) return known;
  ajv ??= new Ajv2020({ allErrors: true, verbose: true, strict: false });
  const compiled = ajv.compile(SCHEMAS[name]);
  VALIDATORS.set(name, compiled);
  return compiled;
}
