/** The command line as one text. */
export function commandLine(): Promise<string>;
/** The page as one text. */
export function page(): Promise<string>;
