import { builder } from './builder.ts';

/** What only ever leaves the API refuses to be an input. */
function outputOnly(name: string): () => never {
  return () => {
    throw new TypeError(`${name} is never an input`);
  };
}

builder.scalarType('DateTime', {
  description: 'A moment: ISO 8601, UTC, with milliseconds, such as 2026-05-03T21:14:32.481Z.',
  serialize: (value) => value.toISOString(),
  parseValue: outputOnly('DateTime'),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  // Whoever takes one says what it may be.
  parseValue: (value) => value,
});

builder.scalarType('SafeInt', {
  description: 'A whole number from 0 to 2^53 - 1.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw new TypeError('SafeInt cannot represent the value: it is a whole number from 0 to 2^53 - 1');
  },
});
