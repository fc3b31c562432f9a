/** The command line as one text. */
export function commandLine(): Promise<string>;
/** The second file of the command line, which checks time-stamp tokens, as one text. */
export function tokenCheck(): Promise<string>;
/** The page as one text. */
export function page(): Promise<string>;
