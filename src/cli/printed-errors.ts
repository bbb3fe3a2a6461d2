/**
 * Names of the errors whose message is complete. Their classes are not imported, because they are in modules that take long to
 * load.
 */
export const PRINTED: ReadonlySet<string> = new Set([
  'NoTargetError',
  'TargetError',
  'OptionError',
  'ReportsError',
  'MergeError',
  'BrowserError',
  'StandAloneError',
  'VerdictFileError',
]);
