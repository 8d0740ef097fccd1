/** What anybody gets of the catalogue. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const kind = z.enum(['item', 'bundle']);
const timeLimit = z
  .union([
    z.object({ workingDays: z.number() }).meta({ id: 'InWorkingDays' }),
    z.object({ openingHours: z.number() }).meta({ id: 'InOpeningHours' }),
  ])
  .meta({ id: 'TimeLimit' });
const limits = z.object({ statutory: timeLimit, promised: timeLimit }).meta({ id: 'Limits' });
const item = z
  .looseObject({ code: z.string(), name: localText, department: z.string(), limits })
  .meta({ id: 'CatalogueItem' });
const department = z.looseObject({ code: z.string(), name: localText }).meta({ id: 'CatalogueDepartment' });

const catalogueEntry = z
  .looseObject({ code: z.string(), kind, name: localText })
  .meta({ id: 'CatalogueEntry' });

export const catalogueList = page(catalogueEntry).meta({ id: 'CatalogueList' });

export const catalogueService = z
  .looseObject({
    code: z.string(),
    kind,
    name: localText,
    limits,
    items: z.array(item).optional(),
    departments: z.array(department).optional(),
    form: z.record(z.string(), z.unknown()).optional().meta({ description: 'JSON Schema 2020-12' }),
    example: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'A valid body for POST /applications' }),
  })
  .meta({ id: 'CatalogueService' });

export const promise = z
  .looseObject({ dueAt: instant, statutoryDueAt: instant, provisional: z.boolean() })
  .meta({ id: 'PromisedDates' });

export const health = z.looseObject({ status: z.string() }).meta({ id: 'Health' });
export const apiDescription = z.looseObject({ openapi: z.string() }).meta({ id: 'ApiDescription' });
