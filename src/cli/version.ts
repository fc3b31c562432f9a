import { readFileSync } from 'node:fs';
import path from 'node:path';

// Two folders up from src/cli and from dist/cli alike.
const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

/** The version of this package. */
export const VERSION: string = manifest.version;
