/** The command line as one text. */
export function commandLine(): Promise<string>;
/** The second file of the command line, which has the checks that are asked for seldom, as one text. */
export function secondFile(): Promise<string>;
/** The page as one text. */
export function page(): Promise<string>;
