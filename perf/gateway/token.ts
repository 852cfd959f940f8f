/** By which the client of the benchmark is known where it has to be. */
export const TOKEN = 'token-of-the-benchmark';
