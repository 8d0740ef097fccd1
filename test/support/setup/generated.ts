/** Before any test: the files that sources are made into, which the functions import. */
import { generate } from '../../../infra/local/generate.ts';

export const setup = generate;
