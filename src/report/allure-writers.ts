import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';

/** Takes Allure's files as they come, by name. */
export type TakeFile = (name: string, content: string | Buffer) => void;

/** What Allure's own writers give to a disk, given to whatever takes it. */
export function writerTo(take: TakeFile): Writer {
  const json = (name: string, value: unknown) => take(name, JSON.stringify(value));
  return {
    writeResult: (result) => json(`${result.uuid}-result.json`, result),
    writeGroup: (group) => json(`${group.uuid}-container.json`, group),
    writeGlobals: (name, globals) => json(name, globals),
    writeCategoriesDefinitions: (categories) => json('categories.json', categories),
    writeEnvironmentInfo: (info) => take('environment.properties', stringifyEnvInfo(info)),
    writeAttachment: take,
    writeAttachmentFromPath: (name, from) => take(name, readFileSync(from)),
  };
}

/**
 * Writes to a folder, as Allure's own writer does but for waiting until the disk has each file: the folder of a run is published as a
 * whole, and of 500 targets there are 50,000 files.
 */
export function folderWriter(folder: string): Writer {
  mkdirSync(folder, { recursive: true });
  return writerTo((name, content) => writeFileSync(join(folder, name), content));
}
