/** Who and where one generated row is about. */
import { FIRST_NAMES, LAST_NAMES } from './people.ts';
import { CITIES } from './places.ts';
import type { City } from './places.ts';
import type { Random } from './random.ts';
import type { Voice } from './voice.ts';

export interface Person {
  readonly first: string;
  readonly last: string;
}

/** The same for all braces of one template. */
export interface Scene {
  readonly person: Person;
  readonly other: Person;
  readonly place: City;
}

/** Says or writes something of the scene in the row's voice. */
export type Value = (voice: Voice, scene: Scene) => string;

export function pickScene(random: Random): Scene {
  const person = (): Person => ({ first: random.pick(FIRST_NAMES), last: random.pick(LAST_NAMES) });
  return { person: person(), other: person(), place: random.pick(CITIES) };
}
