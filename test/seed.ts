/**
 * Setup of every test file: properties try the same inputs in every run, so that a suite that was green stays green.
 * `PROPERTY_SEED=<number>` tries others; a failure prints the seed that repeats it.
 */
import fc from 'fast-check';

const DEFAULT_SEED = 20_261_129;

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? DEFAULT_SEED) });
