import { type Refusal, refusal } from './refusal.ts';

/** `${NAME}`, an environment variable in a target file. */
const VARIABLE = /\$\{(\w+)\}/g;

/** Addresses of a site are in every report; other values of the environment are secret. */
const ADDRESS =
  /^\/(name|baseURL|hosts|server\/(url|cwd)|clickUrls|pixelHosts|pixelPaths|pixels|sdk|storageState)\b/;
/** Run in a shell, which has variables of its own. */
const SHELL = '/server/command';

export interface Filled {
  value: unknown;
  /** Values from the environment, other than addresses. */
  secrets: string[];
  problems: Refusal[];
}

/** Fills in `${NAME}` in every text of a target file except `server.command`. An unset variable is a problem. */
export function fillVariables(content: unknown, env: NodeJS.ProcessEnv): Filled {
  const secrets: string[] = [];
  const problems: Refusal[] = [];
  const fill = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      if (path === SHELL) return value;
      return value.replace(VARIABLE, (all, name: string) => {
        const found = env[name];
        if (found === undefined) {
          problems.push(refusal('env-unset', { name }, path));
          return all;
        }
        if (!ADDRESS.test(path)) secrets.push(found);
        return found;
      });
    }
    if (Array.isArray(value)) return value.map((member, index) => fill(member, `${path}/${index}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, fill(member, `${path}/${key}`)]),
    );
  };
  return { value: fill(content, ''), secrets: [...new Set(secrets)], problems };
}
