/** For `vi.waitFor`: how long something outside the test may take on a busy machine, and how often to look. In milliseconds. */
export const PATIENCE = { timeout: 90_000, interval: 20 };
