import { type Batch, makeReports } from './allure-report.ts';

// Makes the reports of the targets that it is sent, says how that went, and ends; earlier, if nobody is left to hear it.

process.once('disconnect', () => process.exit());

process.once('message', async (batch: Batch) => {
  const error = await makeReports(batch).then(
    () => undefined,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
  process.send!({ error } satisfies BatchAnswer, () => process.disconnect());
});

/** What it says. */
export interface BatchAnswer {
  /** Why the reports could not be made; undefined if they were. */
  error: string | undefined;
}
