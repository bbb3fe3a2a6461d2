import type { TestInfo } from '@playwright/test';

/** The result for one mutant. */
export interface Kill {
  mutant: string;
  kind: 'site' | 'evidence';
  /** The rule that it names. */
  rule: string;
  /** The rules that fail on it. */
  killedBy: string[];
}

const ATTACHMENT = 'kill';

/** Passes a kill to the reporter that prints the matrix. */
export async function noteKill(kill: Kill, testInfo: TestInfo): Promise<void> {
  await testInfo.attach(ATTACHMENT, { body: JSON.stringify(kill), contentType: 'application/json' });
}

export function killIn(attachments: readonly { name: string; body?: Buffer }[]): Kill | undefined {
  const { body } = attachments.find(({ name }) => name === ATTACHMENT) ?? {};
  return body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as Kill);
}
