import { expect, it } from 'vitest';
import { tryMutants } from './mutants.ts';

it('no mutant of a bundle, PDF, face, proof, checkpoint or key manifest is accepted, and none crashes the verifier', () => {
  expect(tryMutants(0, 600)).toEqual([]);
});
