/** All that is computed, without a notebook: for tests against Python. */
export { formatValue } from "./formats.ts";
export { programs } from "./programs/index.ts";
