import { readFileSync } from 'node:fs';

/** The public lists (training/lexicon; drawn by training/sources/extract.mjs), most common first. */
export interface Lists {
  /** In lower case, with births in the USA since 1940. */
  readonly givenNames: readonly { readonly name: string; readonly births: number }[];
  readonly surnames: readonly string[];
  readonly places: readonly Place[];
  readonly words: readonly string[];
}

export interface Place {
  /** As it is written: "Saint Paul". */
  readonly name: string;
  readonly population: number;
  /** Two letters; empty outside the USA. */
  readonly state: string;
}

/** Reads the lists from a folder. */
export function readLists(folder: URL): Lists {
  const lines = (file: string): string[] => readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n');
  return {
    givenNames: lines('given-names.tsv').map((line) => {
      const [name = '', f, m] = line.split('\t');
      return { name, births: Number(f) + Number(m) };
    }),
    surnames: lines('surnames.txt'),
    places: lines('places.tsv').map((line) => {
      const [name = '', population, state = ''] = line.split('\t');
      return { name, population: Number(population), state };
    }),
    words: [...lines('words.txt'), ...lines('medical.txt'), ...lines('brands.txt')],
  };
}
