import { RULE_BY_ID } from '../rules/index.ts';
import { readTarget, readTargets, targetIn } from '../target/load.ts';
import { refusalText } from '../target/refusal.ts';
import {
  DEMO_TARGET,
  noneLeft,
  refusedTargets,
  SHORT_DEMO_TARGET,
  targetPatterns,
  type UnusableFile,
  unusable,
} from '../target/run.ts';
import { OptionError } from '../target/sdk.ts';
import type { RefusedTarget } from '../target/shared-run.ts';
import type { Target } from '../target/target.ts';
import { policyProblems } from '../verdict/policy.ts';

/** The port for reading a target file before the evidence's is known. */
const ANY_PORT = 1;

/** A file that cannot be judged; the others can. */
export class FileError extends Error {}

/** The content of a target file. */
export interface TargetContent {
  path: string;
  name: string;
  content: unknown;
}

/** The named target files, each loaded for the ports that its evidence was recorded with. */
export class Targets {
  /** Those that cannot be used. */
  readonly refused: RefusedTarget[];
  /** The content of the others, from which a worker can load the same ones. */
  readonly files: TargetContent[];
  private readonly loaded = new Map<string, Target>();
  private readonly demos = new Map<string, Promise<TargetContent>>();

  constructor(files: TargetContent[], refused: RefusedTarget[] = []) {
    this.files = files;
    this.refused = refused;
  }

  /** @throws NoTargetError, TargetError, OptionError if none of the named ones can be used */
  static async load(named: readonly string[]): Promise<Targets> {
    const patterns = named.length > 0 ? named : process.env.TTQ_TARGET ? targetPatterns() : [];
    const files: TargetContent[] = [];
    const refused: UnusableFile[] = [];
    for (const read of await readTargets(patterns)) {
      const { file: path } = read;
      try {
        if ('error' in read) throw read.error;
        const { content } = read;
        files.push({ path, name: targetIn(content, path, ANY_PORT).name, content });
      } catch (error) {
        refused.push(unusable(read, error));
      }
    }
    if (files.length === 0 && refused.length > 0) throw noneLeft(refused.map(({ error }) => error));
    return new Targets(
      files,
      refusedTargets(
        refused,
        files.map(({ name }) => name),
      ),
    );
  }

  /** The only target, for a HAR or a list of calls, which does not name one. */
  only(): Target {
    const [file, other] = this.files;
    if (!file)
      throw new OptionError(
        'A HAR or a list of calls does not say which target it belongs to: name the target file with --target.',
      );
    if (other || this.refused.length > 0)
      throw new OptionError(
        'A HAR or a list of calls does not say which target it belongs to: name only one target file.',
      );
    return targetIn(file.content, file.path, ANY_PORT);
  }

  /** @throws FileError if it was not named; the demo shop need not be */
  async of(name: string, today: string, port = ANY_PORT): Promise<Target> {
    const file = this.files.find((one) => one.name === name) ?? (await this.demoShop(name));
    if (file === undefined) {
      const known = this.files.map((one) => one.name).join(', ') || 'none';
      throw new FileError(
        `/target: found ${JSON.stringify(name)}; the files named by --target describe: ${known}.`,
      );
    }
    const { path, content } = file;
    const key = `${path} ${port}`;
    const known = this.loaded.get(key);
    if (known) return known;
    const target = targetIn(content, path, port);
    const [problem] = policyProblems(target, [...RULE_BY_ID.values()], today);
    if (problem !== undefined) throw new OptionError(`${path}: ${refusalText(problem)}.`);
    this.loaded.set(key, target);
    return target;
  }

  private async demoShop(name: string): Promise<TargetContent | undefined> {
    const path = DEMOS[name];
    if (path === undefined || this.files.length > 0) return undefined;
    // For each of thousands of files the same.
    const known = this.demos.get(name) ?? readTarget(path).then((content) => ({ path, name, content }));
    this.demos.set(name, known);
    return known;
  }
}

/** By target name. */
const DEMOS: Readonly<Partial<Record<string, string>>> = {
  'demo-shop': DEMO_TARGET,
  'demo-shop-short': SHORT_DEMO_TARGET,
};
