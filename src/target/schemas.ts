import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// ajv-formats is CommonJS: under ESM its function is the `default` member.
/** Compiles schemas so that `schemaProblems` can explain their errors. */
export const schemas = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
  new Ajv2020({ allErrors: true, verbose: true, strict: false }),
);
