import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { TargetFile } from './src/target/target.ts';
import { SCHEMAS } from './src/tiktok/events-api/schemas.ts';

/*
 * What ajv makes of the schemas, for the published package: compiling them takes longer than all else that a command does before
 * it visits a page.
 */

/** As ajv is called where they are compiled at run time. */
const OPTIONS = { allErrors: true, verbose: true, strict: false };

interface Compiled {
  /** Of a module that exports the same as the one that it replaces. It gets the result by `require('#compiled')`, at first use. */
  text: string;
  /** The result. */
  compiled: string;
}

/** By the module that is replaced. */
export function compiledValidators(): Record<string, Compiled> {
  return {
    'src/target/file-validator.ts': {
      text: "export const fileValidator = () => require('#compiled').TargetFile;",
      compiled: codeOf({ TargetFile }),
    },
    'src/tiktok/events-api/validators.ts': {
      text: "export const validatorOf = (name) => require('#compiled')[name];",
      compiled: codeOf(SCHEMAS),
    },
  };
}

/** A CommonJS module that exports a function for each schema. */
function codeOf(schemas: Readonly<Record<string, object>>): string {
  const names = Object.keys(schemas);
  const ajv = new Ajv2020({ ...OPTIONS, code: { source: true } });
  // CommonJS: under ESM its function is the `default` member.
  (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(ajv);
  for (const name of names) ajv.addSchema(schemas[name]!, name);
  return standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
}
