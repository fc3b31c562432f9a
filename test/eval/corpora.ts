/** Public corpora that were annotated for another purpose: what they leave unlabelled is no proof of an error. */
import type { PhiLabel } from './labels.ts';

const PLACES_AND_PEOPLE: readonly PhiLabel[] = ['NAME', 'GEO'];

/** By the first word of a set's file name: tweets, social media, web text, doctors' visits, spoken commands. */
const LABELLED: Readonly<Record<string, readonly PhiLabel[]>> = {
  btc: PLACES_AND_PEOPLE,
  wnut: PLACES_AND_PEOPLE,
  ewt: PLACES_AND_PEOPLE,
  aci: ['NAME'],
  slurp: ['NAME', 'GEO', 'DATE', 'EMAIL'],
};

/**
 * The labels that a set annotates wherever they occur; null when it annotates all. A finding of another label counts
 * neither for nor against a detector, unless it meets an annotated span.
 */
export function exhaustiveLabels(set: string): ReadonlySet<PhiLabel> | null {
  const corpus = /^[a-z]+/.exec(set.slice(set.lastIndexOf('/') + 1))?.[0] ?? '';
  const labels = Object.hasOwn(LABELLED, corpus) ? LABELLED[corpus] : undefined;
  return labels === undefined ? null : new Set(labels);
}
