import { readFileSync } from 'node:fs';
import { decodeModel } from './model.ts';
import { decodeSecondTagger } from './second-tagger.ts';
import { Tagger } from './tagger.ts';

// From src/detection/tagger and from dist/detection/tagger alike.
const MODEL = new URL('../../../models/tagger.bin', import.meta.url);
const SECOND = new URL('../../../models/second-tagger.bin', import.meta.url);

let loaded: Tagger | null = null;

/**
 * The tagger that comes with the package, read at its first use: a part of the program that is kept in files, like code.
 *
 * @throws Error where a file is missing or broken: nothing is detected with half a detector
 */
export function builtInTagger(): Tagger {
  loaded ??= new Tagger(decodeModel(readFileSync(MODEL)), decodeSecondTagger(readFileSync(SECOND)));
  return loaded;
}
