/** All that is computed, without a notebook: the tests against Python bundle it. */
export { formatValue } from "../src/formats.ts";
export { programs } from "../src/programs/index.ts";
