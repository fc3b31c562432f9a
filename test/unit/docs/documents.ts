/** The documents of the project: every Markdown file that is meant to be read. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Folders whose Markdown files are documents, at any depth unless it is the root. */
const FOLDERS = ['docs', 'examples', 'verifier', 'test', 'models', 'training'];

/** Returns the paths of all documents, from the root of the project. */
export function documents(): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  return [...readdirSync('.'), ...below]
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .sort();
}
