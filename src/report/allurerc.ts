/**
 * Layout of a target's report. Not typed with Allure's `defineConfig`, because importing the package `allure` runs its command
 * line.
 */
export default {
  historyLimit: 10,
  plugins: {
    awesome: {
      options: {
        // Opens from disk, without a server.
        singleFile: true,
        reportLanguage: 'en',
        defaultSortBy: 'status,asc',
        groupBy: ['topic'],
        sections: ['charts'],
      },
    },
  },
  // Labels that repeat the suites and the tag, or only say how the run was made. A hidden label cannot make a category.
  hideLabels: [
    ...['epic', 'feature', 'story', 'target', 'parentSuite', 'suite'],
    ...['language', 'package', 'titlePath', 'host', 'thread'],
  ],
  // The first match counts. The framework is FRAMEWORK in allure.ts.
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
  ],
};
