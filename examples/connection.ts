/** Where Masker listens, and the access token that the examples use. */
import { readFileSync } from 'node:fs';

export const MASKER_URL = process.env['MASKER_URL'] ?? 'http://localhost:8080';

/** The variable MASKER_TOKEN, or the token that the first start of Masker wrote into its data folder. */
export const MASKER_TOKEN = process.env['MASKER_TOKEN'] ?? readFileSync('data/bootstrap-token', 'utf8').trim();
