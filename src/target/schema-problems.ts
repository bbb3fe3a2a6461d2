import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// ajv-formats is CommonJS: under ESM its function is the `default` member.
/** Compiles schemas so that `schemaProblems` can tell what is wrong. */
export const schemas = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
  new Ajv2020({ allErrors: true, verbose: true, strict: false }),
);

/** What is wrong with a value, one line each: path of the field, what was found, what was wanted. */
export function schemaProblems(errors: ErrorObject[] | null | undefined): string[] {
  return [...new Set(tellable(errors ?? []).map(describe))];
}

/**
 * Of the errors of a failed `anyOf`, only the one that names the whole is of use; those of its branches are noise. But where
 * the value's `mode` says which branch is meant, the errors of that one tell more.
 */
function tellable(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  return errors.filter((error) => {
    const union = unions.find(({ instancePath: path }) => `${error.instancePath}/`.startsWith(`${path}/`));
    if (!union) return true;
    const meant = meantBranch(union);
    return meant === undefined ? error === union : error.schemaPath.startsWith(`${meant}/`);
  });
}

/** The path, in the schema, of the branch whose `mode` the value has. */
function meantBranch({ data, parentSchema, schemaPath }: ErrorObject): string | undefined {
  const { mode } = (data ?? {}) as { mode?: unknown };
  const { anyOf } = parentSchema as { anyOf: Branch[] };
  const index = anyOf.findIndex(({ properties }) => properties?.mode && properties.mode.const === mode);
  return index < 0 ? undefined : `${schemaPath}/${index}`;
}

function describe(error: ErrorObject): string {
  const path = error.instancePath || '/';
  const { description } = (error.parentSchema ?? {}) as { description?: string };
  const note = description ? ` (${description})` : '';
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return `${join(error.instancePath, error.params.additionalProperty)}: found an unknown field; wanted one of ${known.join(', ')}`;
    }
    case 'required':
      return `${join(error.instancePath, error.params.missingProperty)}: found nothing; wanted this field`;
    case 'anyOf':
      return `${path}: found ${shownAt(path, error.data)}; wanted one of ${branches(error.parentSchema).join(', ')}${note}`;
    case 'enum':
      return `${path}: found ${shownAt(path, error.data)}; wanted one of ${(error.params.allowedValues as string[]).join(', ')}`;
    default:
      return `${path}: found ${shownAt(path, error.data)}; wanted ${wanted(error)}${note}`;
  }
}

function wanted(error: ErrorObject): string {
  switch (error.keyword) {
    case 'type':
      return `a value of type ${error.params.type}`;
    case 'format':
      return `a valid ${error.params.format}`;
    case 'pattern':
      return `text that matches ${error.params.pattern}`;
    case 'minLength':
      return 'some text';
    case 'minItems':
      return `at least ${error.params.limit} item`;
    case 'uniqueItems':
      return 'each item once';
    default:
      return error.message ?? error.keyword;
  }
}

function branches(schema: unknown): string[] {
  const { anyOf } = schema as { anyOf: Branch[] };
  return anyOf.map(({ enum: values, required = [], properties }) => {
    const member = (key: string) => `"${key}": ${key === 'mode' ? shown(properties?.mode?.const) : '…'}`;
    return values ? values.join(', ') : `{ ${required.map(member).join(', ')} }`;
  });
}

interface Branch {
  enum?: string[];
  required?: string[];
  properties?: { mode?: { const?: unknown } };
}

function join(path: string, key: string): string {
  return `${path}/${key}`;
}

/** What is typed, the identity and the environment are never quoted: they may be real, and a log may be public. */
function shownAt(path: string, value: unknown): string {
  const isPersonal = /^\/(identity|server\/env)\b|\/with$/.test(path);
  if (!isPersonal) return shown(value);
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
}

/** A value for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, hidden) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Hides what a step types, and passwords in URLs. */
function hidden(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return name === 'with' && !/^\{\w+\}$/.test(value) ? '…' : value.replace(/\/\/[^/@\s]*@/, '//…@');
}
