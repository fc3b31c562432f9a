/** The error catalogue, a page for each code: what docs/errors.md says of it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FAILURES } from '../platform/failure.ts';
import { headerOf } from './home.ts';
import { html, pageOf } from './html.ts';
import type { Page } from './html.ts';

// Two folders up from src/pages and from dist/pages alike.
const CATALOGUE = path.resolve(import.meta.dirname, '../../docs/errors.md');

/** Makes the page of a code; null for what is none. Rejects where the catalogue is not there. */
export async function errorPage(code: string): Promise<Page | null> {
  if (!Object.hasOwn(FAILURES, code)) return null;
  const lines = (await readFile(CATALOGUE, 'utf8')).split('\n');
  const row = lines.find((line) => line.startsWith(`| \`${code}\` |`));
  const [, , status = '', meaning = '', retry = ''] = (row ?? '').split('|').map((cell) => plain(cell.trim()));
  const main = html`<main>
    ${headerOf('Errors')}
    <section class="card">
      <div>
        <strong>${code}</strong>
        <p>${meaning}.</p>
        <p>HTTP status ${status}. Retry: ${retry}.</p>
      </div>
    </section>
    <footer><a href="/">Back</a></footer>
  </main>`;
  return pageOf({ title: `${code} · Masker`, main });
}

/** The text of a cell without its marks. */
function plain(cell: string): string {
  return cell.replace(/\[([^[\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
