import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { parseWorkflow } from '@actions/workflow-parser';
import type { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { buildSync } from 'esbuild';

interface Parser {
  parseWorkflow: typeof parseWorkflow;
  parseAction: typeof parseAction;
}

/**
 * GitHub's own parser of workflows and actions. It is written for bundlers: it imports its schemas without declaring them as
 * JSON, which Node refuses.
 */
export async function workflowParser(): Promise<Parser> {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-workflow-parser-'));
  const outfile = join(folder, 'parser.mjs');
  buildSync({
    stdin: {
      contents: `export { parseWorkflow } from '@actions/workflow-parser';
                 export { parseAction } from '@actions/workflow-parser/actions/action-parser';`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile,
  });
  try {
    return (await import(pathToFileURL(outfile).href)) as Parser;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
