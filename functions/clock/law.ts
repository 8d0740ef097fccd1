/** Limits of the law that hold for every service, as data with their source; a service's own are in its catalogue file. */
import law from './law.json' with { type: 'json' };

export const { acceptance, extension, hearing, objection, specialProcedure } = law;
