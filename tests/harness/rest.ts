/** Tag of a test that takes too long for every day: `npm run test:rest` runs it, and CI. */
export const REST = { tag: '@rest' };

/** Tag of a mutant beyond the sample: `npm run mutants` makes it live, and CI. */
export const MUTANT = { tag: '@mutant' };
