import { isAbsolute, join, relative } from 'node:path';
import { ownManifest, PACKAGE_ROOT } from './package-root.ts';

const RULES_PAGE = 'docs/rules.md';

/** The parts of a package.json that say where its documentation is. */
export interface Manifest {
  homepage?: string;
  repository?: string | { url?: string };
}

/** A rule's anchor in docs/rules.md, as GitHub makes it from the heading: lower case, without punctuation. */
export function ruleAnchor(id: string): string {
  return id.toLowerCase().replace(/[^\w-]/g, '');
}

/**
 * The documentation of a rule.
 *
 * @param page URL of docs/rules.md; without it, the result is the path within the project
 */
export function ruleDocUrl(id: string, page: string = RULES_PAGE): string {
  return `${page}#${ruleAnchor(id)}`;
}

/**
 * The URL of docs/rules.md: from `repository` or `homepage` of package.json; otherwise in the repository that a GitHub workflow
 * checked out, if this project is part of it; otherwise undefined.
 */
export function rulesPageUrl(
  manifest: Manifest = ownManifest(),
  environment: NodeJS.ProcessEnv = process.env,
  root = PACKAGE_ROOT,
): string | undefined {
  const { repository, homepage } = manifest;
  const named = typeof repository === 'string' ? repository : repository?.url;
  const site = homepage && URL.canParse(homepage) ? homepage.replace(/\/$/, '') : undefined;
  const base = repositoryUrl(named) ?? repositoryUrl(homepage) ?? site ?? checkedOut(environment, root);
  return base === undefined ? undefined : `${base}/${RULES_PAGE}`;
}

/**
 * docs/rules.md as seen from a folder within the project; undefined elsewhere, where the path would reveal the machine's folders.
 */
export function rulesPageFrom(folder: string, root = PACKAGE_ROOT): string | undefined {
  return isWithin(folder, root) ? relative(folder, join(root, RULES_PAGE)).replaceAll('\\', '/') : undefined;
}

/**
 * For GitHub and GitLab, in the forms that npm accepts: `owner/name`, `github:owner/name`,
 * `git+https://github.com/owner/name.git`.
 */
function repositoryUrl(text: string | undefined): string | undefined {
  const pattern =
    /^(?:(?:git\+)?https:\/\/(?:www\.)?(github|gitlab)\.com\/|(?:(github|gitlab):)?)([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[#/].*)?$/;
  const [, site, short, name] = pattern.exec(text ?? '') ?? [];
  return name === undefined ? undefined : `https://${site ?? short ?? 'github'}.com/${name}/blob/HEAD`;
}

function checkedOut(environment: NodeJS.ProcessEnv, root: string): string | undefined {
  const { GITHUB_WORKSPACE, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA } = environment;
  if (!GITHUB_WORKSPACE || !GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_SHA) return undefined;
  const path = relative(GITHUB_WORKSPACE, root).replaceAll('\\', '/');
  // Installed packages are not part of the repository.
  if (!isWithin(root, GITHUB_WORKSPACE) || path.split('/').includes('node_modules')) return undefined;
  return [GITHUB_SERVER_URL, GITHUB_REPOSITORY, 'blob', GITHUB_SHA, ...(path ? [path] : [])].join('/');
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way);
}
