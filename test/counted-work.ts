/**
 * Counts the work of code in steps, whatever the machine and its load: each call of a built-in method is as many steps as it
 * reads characters or items, and each round of a loop over a list is one. Plain loops over an index count by what they call.
 * What a pattern does within one match is not seen.
 */

type Method = (this: unknown, ...args: unknown[]) => unknown;
/** How many steps a call is. */
type Weight = (self: unknown, args: readonly unknown[], result: unknown) => number;

const one: Weight = () => 1;
const sizeOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array ? value.length : 1;
const own: Weight = (self) => 1 + sizeOf(self);
const made: Weight = (_self, _args, result) => 1 + sizeOf(result);
/** A search reads up to what it finds. */
const searched: Weight = (self, [, from], result) => {
  const end = typeof result === 'number' && result >= 0 ? result : sizeOf(self);
  return 1 + Math.max(0, end - (typeof from === 'number' ? from : 0));
};
const searchedBack: Weight = (self, [, from], result) => {
  const start = typeof from === 'number' ? Math.min(from, sizeOf(self)) : sizeOf(self);
  return 1 + Math.max(0, start - (typeof result === 'number' ? Math.max(0, result) : 0));
};
/** A pattern reads from where it begins up to the end of what it matches, or of the text. */
const matched =
  (before: { at: number }): Weight =>
  (self, [text], result) => {
    const pattern = self as RegExp;
    if (pattern.sticky && result === null) return 1;
    const end = Array.isArray(result) ? (result as RegExpExecArray).index + sizeOf(result[0]) : sizeOf(text);
    return 1 + Math.max(0, end - before.at);
  };

/** Parsing and writing by the platform. */
const parsed: Weight = (_self, [text]) => 1 + sizeOf(text);

const AT = { at: 0 };

const WEIGHTS: readonly (readonly [object, Readonly<Record<string, Weight>>])[] = [
  [
    String.prototype,
    {
      charCodeAt: one,
      codePointAt: one,
      charAt: one,
      startsWith: one,
      endsWith: one,
      indexOf: searched,
      includes: own,
      lastIndexOf: searchedBack,
      slice: made,
      split: own,
      replace: own,
      replaceAll: own,
      trim: own,
      normalize: own,
      toLowerCase: own,
      toUpperCase: own,
      repeat: made,
    },
  ],
  [
    Array.prototype,
    {
      push: one,
      pop: one,
      at: one,
      slice: made,
      concat: made,
      join: own,
      map: one,
      filter: one,
      flatMap: one,
      forEach: one,
      some: one,
      every: one,
      find: one,
      findIndex: one,
      includes: own,
      indexOf: searched,
      reduce: one,
      sort: one,
      flat: own,
    },
  ],
  [JSON, { parse: parsed, stringify: made }],
  [Map.prototype, { get: one, set: one, has: one }],
  [Set.prototype, { add: one, has: one }],
  [RegExp.prototype, { exec: matched(AT) }],
  [Object.getPrototypeOf([][Symbol.iterator]()) as object, { next: one }],
];

let counted = 0;

const eachCounted = (asked: Method): Method =>
  function (...args) {
    counted += 1;
    return Reflect.apply(asked, this, args);
  };

/** A built-in method that counts its steps. */
function counting(prototype: object, original: Method, weight: Weight): Method {
  if (prototype === RegExp.prototype)
    return function (...args) {
      const pattern = this as RegExp;
      const from = pattern.global || pattern.sticky ? pattern.lastIndex : 0;
      const result = Reflect.apply(original, this, args);
      AT.at = from;
      counted += weight(this, args, result);
      return result;
    };
  if (prototype === Array.prototype)
    return function (...args) {
      // Each call of what a list is asked with is a step: a search may end early.
      if (typeof args[0] === 'function') args[0] = eachCounted(args[0] as Method);
      const result = Reflect.apply(original, this, args);
      counted += weight(this, args, result);
      return result;
    };
  if (weight === one)
    return function (...args) {
      counted += 1;
      return Reflect.apply(original, this, args);
    };
  return function (...args) {
    const result = Reflect.apply(original, this, args);
    counted += weight(this, args, result);
    return result;
  };
}

/** Each method as it is, and as it counts. Made once: the engine keeps what it compiled of each. */
const METHODS = WEIGHTS.flatMap(([prototype, weights]) =>
  Object.entries(weights).map(([name, weight]) => {
    const usual = Object.getOwnPropertyDescriptor(prototype, name);
    const original = usual?.value as Method | undefined;
    if (usual === undefined || original === undefined) throw new Error(`there is no method ${name}`);
    return { prototype, name, usual, value: counting(prototype, original, weight) };
  }),
);

/**
 * How many steps each part of the work takes: what runs up to each `yield`, and then up to the end. Synchronous work only;
 * nothing else may run meanwhile. Methods change once for all parts, for each change undoes what the engine compiled.
 */
export function countEachStep(work: Iterator<unknown>): number[] {
  const steps: number[] = [];
  for (const { prototype, name, usual, value } of METHODS) Object.defineProperty(prototype, name, { ...usual, value });
  try {
    for (let isLast = false, before = counted; !isLast; before = counted) {
      isLast = work.next().done === true;
      steps[steps.length] = counted - before;
    }
  } finally {
    for (const { prototype, name, usual } of METHODS) Object.defineProperty(prototype, name, usual);
  }
  return steps;
}

/** How many steps each of these takes, one after the other. */
export function countEach(works: readonly (() => unknown)[]): number[] {
  return countEachStep(inTurn(works));
}

function* inTurn(works: readonly (() => unknown)[]): Generator<undefined, void> {
  for (const [n, work] of works.entries()) {
    work();
    if (n < works.length - 1) yield;
  }
}

/** How many steps the work takes. Synchronous work only; nothing else may run meanwhile. */
export function countSteps(work: () => void): number {
  return countEach([work])[0] ?? 0;
}
