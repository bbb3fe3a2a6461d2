import { type Refusal, refusal } from './refusal.ts';

/** `${NAME}`, where a target file takes a text of the environment. */
const VARIABLE = /\$\{(\w+)\}/g;

/** Where a site is stands in every report; what else the environment gives is nobody's business. */
const ADDRESS =
  /^\/(name|baseURL|hosts|server\/(url|cwd)|clickUrls|pixelHosts|pixelPaths|pixels|sdk|storageState)\b/;
/** Run in a shell, which has variables of its own. */
const SHELL = '/server/command';

export interface Filled {
  value: unknown;
  /** What the environment gave, other than addresses. */
  secrets: string[];
  problems: Refusal[];
}

/** Fills in `${NAME}` in every text of a target file but `server.command`. A variable that is not set is a problem. */
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
