/** The version of package.json, here too so that the program can be one file. */
export const VERSION = '0.1.0';
