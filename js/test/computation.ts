/** All that is computed, without a notebook: the tests against Python bundle it. */

export { compileMark, scope } from "../src/encode.ts";
export { formatValue } from "../src/formats.ts";
export { explainedByLoss } from "../src/numerics/explained_by_loss.ts";
export { programs } from "../src/programs/index.ts";
