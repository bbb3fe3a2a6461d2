// The floors of the house: an import never goes up. From the ground:
// tiktok; evidence and target; rules; verdict; report, and beside them double, visit and drift; cli and index on top.
const below = {
  tiktok: ['tiktok'],
  // For the scenarios' traits, which views read.
  evidence: ['tiktok', 'evidence', 'target'],
  target: ['tiktok', 'target'],
  rules: ['tiktok', 'evidence', 'target', 'rules'],
  verdict: ['tiktok', 'evidence', 'target', 'rules', 'verdict'],
  report: ['tiktok', 'evidence', 'target', 'rules', 'verdict', 'report'],
  double: ['tiktok', 'evidence', 'target', 'double'],
  visit: ['tiktok', 'evidence', 'target', 'double', 'visit'],
  drift: ['tiktok', 'evidence', 'target', 'double', 'visit', 'drift'],
};

// The rooms that judge: no browser, no files, no network, so that the same judgement runs over any evidence.
const PURE = '^src/(tiktok|evidence|rules|verdict)/';

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
      comment: 'tiktok, evidence, rules and verdict do no I/O',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: '^(node:)?(fs|fs/promises|net|tls|http|https|http2|dns|dgram|child_process|worker_threads|os)$|playwright|nock|allure',
      },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
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
