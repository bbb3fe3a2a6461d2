import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';

/** Receives Allure's files one by one, with their names. */
export type TakeFile = (name: string, content: string | Buffer) => void;

/** Passes what Allure's own writers would write to disk to a function. */
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
 * Writes to a folder like Allure's own writer, but without waiting for each file to reach the disk: the folder of a run is
 * published as a whole, and 500 targets make 50,000 files.
 */
export function folderWriter(folder: string): Writer {
  mkdirSync(folder, { recursive: true });
  return writerTo((name, content) => writeFileSync(join(folder, name), content));
}
