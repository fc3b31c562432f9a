/** The page of each view as a component that loads itself when it is first drawn. */
import { lazy } from 'react';
import type { ComponentType } from 'react';
import { VIEWS } from '../routing/views.ts';

const PAGES: ReadonlyMap<string, ComponentType> = new Map(
  VIEWS.map(({ path, load }) => [path, lazy(async () => ({ default: (await load()).Page }))]),
);

/** Returns the page of a path; null where no view has it. */
export function pageOf(path: string): ComponentType | null {
  return PAGES.get(path) ?? null;
}
