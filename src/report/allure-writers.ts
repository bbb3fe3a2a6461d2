import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';

/** Takes Allure's files as they come, by name. */
export type TakeFile = (name: string, text: string) => void;

/** What Allure's own writers give to a disk, given to whatever takes it. Rules have no attachments. */
export function writerTo(take: TakeFile): Writer {
  const json = (name: string, value: unknown) => take(name, JSON.stringify(value));
  const none = () => {
    throw new Error('Results of rules have no attachments');
  };
  return {
    writeResult: (result) => json(`${result.uuid}-result.json`, result),
    writeGroup: (group) => json(`${group.uuid}-container.json`, group),
    writeGlobals: (name, globals) => json(name, globals),
    writeCategoriesDefinitions: (categories) => json('categories.json', categories),
    writeEnvironmentInfo: (info) => take('environment.properties', stringifyEnvInfo(info)),
    writeAttachment: none,
    writeAttachmentFromPath: none,
  };
}

/**
 * Writes to a folder, as Allure's own writer does but for waiting until the disk has each file: the folder of a run is published as a
 * whole, and of 500 targets there are 50,000 files.
 */
export function folderWriter(folder: string): Writer {
  mkdirSync(folder, { recursive: true });
  return writerTo((name, text) => writeFileSync(join(folder, name), text));
}
