import { readFileSync } from 'node:fs';

/** The public lists (training/lexicon; drawn by training/sources/extract.mjs), most common first. */
export interface Lists {
  /** In lower case, with births in the USA since 1940. */
  readonly givenNames: readonly { readonly name: string; readonly births: number }[];
  readonly surnames: readonly string[];
  /** Names that are also English words, in lower case. */
  readonly wordNames: NamesOfPeople;
  /** Names by origin, in lower case: Vietnamese, Hmong, Navajo, and others that census lists rank low. */
  readonly byOrigin: readonly NamesOfPeople[];
  readonly places: readonly Place[];
  readonly words: readonly string[];
}

export interface NamesOfPeople {
  readonly given: readonly string[];
  readonly family: readonly string[];
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
    wordNames: wordNames(lines('word-names.tsv')),
    byOrigin: lines('names-by-origin.tsv')
      .filter(isRow)
      .map((line) => {
        const [, given = '', family = ''] = line.split('\t');
        return { given: given.split(' '), family: family.split(' ') };
      }),
    places: lines('places.tsv').map((line) => {
      const [name = '', population, state = ''] = line.split('\t');
      return { name, population: Number(population), state };
    }),
    words: [...lines('words.txt'), ...lines('medical.txt'), ...lines('brands.txt')],
  };
}

/** Lines that begin with `#` are remarks. */
function isRow(line: string): boolean {
  return !line.startsWith('#');
}

function wordNames(lines: readonly string[]): NamesOfPeople {
  const rows = new Map(
    lines.filter(isRow).map((line) => {
      const [kind = '', names = ''] = line.split('\t');
      return [kind, names.split(' ')] as const;
    }),
  );
  return { given: rows.get('given') ?? [], family: rows.get('family') ?? [] };
}
