import standalone from 'ajv/dist/standalone/index.js';
import { newSchemas } from '../src/target/schemas.ts';
import { TargetFile } from '../src/target/target.ts';
import { SCHEMAS } from '../src/tiktok/events-api/schemas.ts';

/*
 * What ajv makes of the schemas, for the published package: compiling them takes longer than everything else that a command does before
 * it visits a page.
 */

interface Compiled {
  /** The validators: a CommonJS module that exports a function for each schema. */
  code: string;
  /** How the module that is replaced gives one out, as an arrow function of `validators()`. */
  exports: string;
}

/** By the module that is replaced. What takes its place exports the same. */
export function compiledValidators(): Record<string, Compiled> {
  return {
    'src/target/file-validator.ts': {
      code: codeOf({ TargetFile }),
      exports: 'fileValidator = () => validators().TargetFile',
    },
    'src/tiktok/events-api/validators.ts': {
      code: codeOf(SCHEMAS),
      exports: 'validatorOf = (name) => validators()[name]',
    },
  };
}

function codeOf(schemas: Readonly<Record<string, object>>): string {
  const names = Object.keys(schemas);
  const ajv = newSchemas({ code: { source: true } });
  for (const name of names) ajv.addSchema(schemas[name]!, name);
  return standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
}
