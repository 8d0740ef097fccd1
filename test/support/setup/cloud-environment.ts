/** In each worker, before its tests load: where the tests' cloud is. */
import { inject } from 'vitest';

Object.assign(process.env, inject('cloudEnvironment'));
