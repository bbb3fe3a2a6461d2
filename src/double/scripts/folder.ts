import type { FileSdk } from '../../target/target.ts';
import { type Script, ScriptError, type ScriptSource } from './script.ts';

/** A saved build of the SDK: a folder laid out by URL path. */
export class Folder implements ScriptSource {
  private readonly folder: string;

  constructor({ folder }: FileSdk) {
    this.folder = folder;
  }

  async get(url: URL): Promise<Script | undefined> {
    throw new ScriptError(`${url.pathname} cannot be had from ${this.folder}.`);
  }
}
