import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// ajv-formats is CommonJS: under ESM its function is the `default` member.
const withFormats = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default;

/** Compiles schemas so that `schemaProblems` can explain their errors. */
export const newSchemas = (more: Options = {}): Ajv2020 =>
  withFormats(new Ajv2020({ allErrors: true, verbose: true, strict: false, ...more }));

export const schemas = newSchemas();
