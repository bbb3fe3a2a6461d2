import type { FullConfig } from '@playwright/test/reporter';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import type { Evidence } from '../evidence/evidence.ts';
import type { TargetVerdicts, VisitVerdicts } from '../verdict/verdict.ts';
import { recordedEvidence } from './files.ts';
import { ownManifest } from './package-root.ts';
import { sdkName } from './sdk-name.ts';

/** What the run was made with, as Allure's environment. For several targets, what they have in common. */
export function environmentInfo(
  reports: string,
  targets: readonly TargetVerdicts[],
  config?: Pick<FullConfig, 'metadata'>,
): EnvironmentInfo {
  const recorders = targets.flatMap(({ visits }) => firstRecorder(reports, visits) ?? []);
  const [browser, sdk, network] = [
    same(recorders.map((recorder) => recorder.browser)),
    all(recorders.map((recorder) => sdkName(recorder.sdk))),
    same(recorders.map((recorder) => recorder.network)),
  ];
  const commit = commitOf(config);
  return {
    target: targets.length === 1 ? targets[0]!.target : `${targets.length} targets`,
    ...(browser === undefined ? {} : { browser }),
    ...(sdk === undefined ? {} : { sdk }),
    ...(network === undefined ? {} : { network }),
    'ttq-conformance': ownManifest().version,
    node: process.version,
    ...(commit ? { commit } : {}),
  };
}

function same(values: string[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

/** All SDKs that ran: several targets may use several, and several of TikTok's builds. */
function all(values: string[]): string | undefined {
  return values.length === 0 ? undefined : [...new Set(values)].join('; ');
}

/** All visits of a target are recorded with the same tools, so the first readable evidence file is enough. */
function firstRecorder(reports: string, visits: VisitVerdicts[]): Evidence['recorder'] | undefined {
  for (const { evidence } of visits) {
    if (evidence === undefined) continue;
    const recorder = recordedEvidence(reports, evidence)?.recorder;
    if (recorder) return recorder;
  }
  return undefined;
}

/** Playwright knows the commit in CI; otherwise the variables of common CI services do. */
function commitOf(config: Pick<FullConfig, 'metadata'> | undefined): string | undefined {
  const { gitCommit } = (config?.metadata ?? {}) as { gitCommit?: { hash?: string } };
  return gitCommit?.hash ?? process.env.GITHUB_SHA ?? process.env.CI_COMMIT_SHA;
}
