/** The README of the package as a page: its text as it is written. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { headerOf } from './home.ts';
import { html, pageOf } from './html.ts';
import type { Page } from './html.ts';

// Two folders up from src/pages and from dist/pages alike.
const README = path.resolve(import.meta.dirname, '../../README.md');

/** Makes the page. Rejects where the file is not there. */
export async function readmePage(): Promise<Page> {
  const text = await readFile(README, 'utf8');
  const main = html`<main class="wide">
    ${headerOf('README')}
    <pre class="card">${text}</pre>
    <footer><a href="/">Back</a></footer>
  </main>`;
  return pageOf({ title: 'Masker README', main });
}
