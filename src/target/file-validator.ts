import type { ValidateFunction } from 'ajv';
import { schemas } from './schemas.ts';
import { TargetFile } from './target.ts';

let compiled: ValidateFunction<TargetFile> | undefined;

/**
 * Checks a target file against the schema. Compiled at first use, which takes 0.2 seconds: most processes of a run only read what
 * another has checked. For the published package, build/validators.ts compiles it and puts the result in this module's place.
 */
export function fileValidator(): ValidateFunction<TargetFile> {
  compiled ??= schemas.compile<TargetFile>(TargetFile);
  return compiled;
}
