/** Downloads a file of the API, so that a refusal is shown on the page instead of saved as a file. */
import { ApiFailure, offlineFailure } from './failure.ts';

export interface DownloadOptions {
  /** What it is read for: it stays on record. Empty for none. */
  readonly purpose?: string;
  /** The name of the file where the server gives none. */
  readonly fileName: string;
}

/** Fetches the file and hands it to the browser, and returns its name. Throws ApiFailure. */
export async function download(address: string, { purpose = '', fileName }: DownloadOptions): Promise<string> {
  const headers = purpose === '' ? {} : { 'masker-purpose': asHeader(purpose) };
  const response = await fetch(address, { credentials: 'same-origin', headers }).catch(() => null);
  if (response === null) throw offlineFailure();
  if (!response.ok) throw await refusalOf(response);
  const given = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const name = given ?? fileName;
  save(await response.blob(), name);
  return name;
}

/** Hands a file to the browser. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it with the click, which may take longer than this tick.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

/** A header holds bytes: those of UTF-8, each as a character. */
function asHeader(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

interface RestError {
  readonly code?: string;
  readonly message?: string;
  readonly request_id?: string;
  readonly details?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

async function refusalOf(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => null)) as { readonly error?: RestError } | null;
  const { code = 'unknown', message, details = [], request_id: requestId = null } = body?.error ?? {};
  return new ApiFailure(code, message ?? `The server answered ${response.status}.`, { details, requestId });
}
