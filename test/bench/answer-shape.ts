/** How many chunks with text the stub streams; with the opening and the closing one, a stream has 21. */
export const CONTENT_CHUNKS = 19;
