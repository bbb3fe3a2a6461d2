/**
 * How the report is laid out; read by `allure generate`. Not typed with Allure's `defineConfig`: importing the package `allure`
 * runs its command line.
 */
export default {
  // Beside the report, which each run makes anew: what a rule came to in earlier runs. In CI, keep this file from run to run.
  historyPath: process.env.TTQ_ALLURE_HISTORY,
  historyLimit: 10,
  plugins: {
    awesome: {
      options: {
        // Opens from disk, without a server.
        singleFile: true,
        reportLanguage: 'en',
        defaultSortBy: 'status,asc',
        // clickUrl is there for ad-click visits only, fault for those under events-api-faults; each tells visits of one scenario apart.
        groupBy: ['parentSuite', 'suite', 'subSuite', 'clickUrl', 'fault'],
      },
    },
  },
  // What repeats the suites and the tag, and what only says how the run was made. A hidden label cannot make a category.
  hideLabels: [
    ...['epic', 'feature', 'story', 'target', 'journey', 'scenario'],
    ...['language', 'package', 'titlePath', 'host', 'thread'],
  ],
  // The first that matches counts. The framework is FRAMEWORK of allure.ts, or allure-playwright's own.
  categories: [
    {
      name: 'Rule broken',
      matchers: { statuses: ['failed'], labels: { framework: '^ttq-conformance$' } },
      groupBy: ['severity'],
      expand: true,
    },
    {
      name: 'Waived',
      matchers: { statuses: ['skipped'], labels: { framework: '^ttq-conformance$', tag: '^waived$' } },
      groupBy: ['severity'],
      expand: true,
    },
    {
      name: 'Could not be judged',
      matchers: { statuses: ['broken'], labels: { framework: '^ttq-conformance$' } },
      expand: true,
    },
    {
      // A visit whose rules failed has them listed above. The first line of its message is the headline of terminal.ts.
      name: 'Visit with broken rules',
      matchers: { message: '^(?!.*: broke off: ).*(\\d+ rules? failed|\\d+ could not be judged)' },
      hide: true,
    },
    {
      name: 'Visit broken',
      matchers: { statuses: ['failed', 'broken'], labels: { framework: '^playwright$' } },
      expand: true,
    },
  ],
};
