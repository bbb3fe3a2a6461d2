// The floors of the house: an import never goes up. From the ground:
// tiktok; evidence and target; masking; views; har and rules; verdict; report; and beside them double, recorder, then visit and
// drift, and playwright above report and visit; cli and index on top.
const GROUND = ['tiktok', 'evidence', 'target', 'masking'];
const JUDGEMENT = [...GROUND, 'views', 'har', 'rules', 'verdict'];
const below = {
  tiktok: ['tiktok'],
  evidence: ['tiktok', 'evidence'],
  target: ['tiktok', 'target'],
  masking: GROUND,
  views: [...GROUND, 'views'],
  har: [...GROUND, 'har'],
  rules: [...GROUND, 'views', 'rules'],
  verdict: [...GROUND, 'views', 'rules', 'verdict'],
  report: [...JUDGEMENT, 'report'],
  double: [...GROUND, 'double'],
  recorder: [...GROUND, 'views', 'double', 'recorder'],
  visit: [...GROUND, 'views', 'double', 'recorder', 'visit'],
  drift: [...GROUND, 'views', 'double', 'recorder', 'drift'],
  playwright: [...JUDGEMENT, 'report', 'double', 'recorder', 'visit', 'playwright'],
};

// The rooms that judge: no browser, no files, no network, so that the same judgement runs over any evidence.
const PURE = '^src/(tiktok|evidence|masking|views|har|rules|verdict)/';

module.exports = {
  forbidden: [
    ...Object.entries(below).map(([room, rooms]) => ({
      name: `${room}-imports-down`,
      comment: `src/${room} may import only from ${rooms.join(', ')}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^(src|tests|fixtures)/', pathNot: `^src/(${rooms.join('|')})/` },
    })),
    {
      name: 'judgement-is-pure',
      comment: 'tiktok, evidence, masking, views, har, rules and verdict do no I/O',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: '^(node:)?(fs|fs/promises|net|tls|http|https|http2|dns|dgram|child_process|worker_threads|os)$|playwright|nock|allure',
      },
    },
    {
      name: 'no-rule-imports-a-rule',
      comment:
        'What rules share is a view; who reports what is declared in yieldsTo, which src/rules/run.ts goes by',
      severity: 'error',
      from: { path: '^src/rules/[^/]+/' },
      to: { path: '^src/rules/([^/]+/|(index|run)[.]ts$)' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependency-in-src',
      comment:
        '@playwright/test is a peer of the package; build/ makes the other packages named here a part of it; bundle.ts needs esbuild only where it runs from source',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/double/bundle[.]ts$' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: [
          '^node_modules/@playwright/test/',
          '^node_modules/(@peculiar/x509|typebox|ajv|ajv-formats)/',
        ],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
