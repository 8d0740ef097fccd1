/** What anybody gets of the catalogue. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const kind = z.enum(['item', 'bundle', 'composed']);
const inWorkingDays = z.object({ workingDays: z.number() }).meta({ id: 'InWorkingDays' });
const timeLimit = z
  .union([inWorkingDays, z.object({ openingHours: z.number() }).meta({ id: 'InOpeningHours' })])
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

export const promise = z
  .looseObject({ dueAt: instant, statutoryDueAt: instant, provisional: z.boolean() })
  .meta({ id: 'PromisedDates' });

const derivedMaterial = z
  .object({
    code: z.string(),
    required: z.boolean(),
    items: z.array(z.string()),
    later: inWorkingDays.optional(),
  })
  .meta({ id: 'DerivedMaterial' });
const derivedItem = z
  .object({ item: z.string(), applies: z.boolean(), because: localText.optional() })
  .meta({ id: 'DerivedItem' });

const derivation = z
  .object({
    items: z.array(z.string()),
    materials: z.array(derivedMaterial),
    required: z.array(z.string()).meta({ description: 'Fields of the form that are compulsory' }),
    reasons: z.array(derivedItem),
  })
  .meta({ id: 'Derivation', description: 'What follows from the answers given so far' });

const need = z.object({ item: z.string(), because: localText }).meta({ id: 'Need' });
const wait = z.object({ item: z.string(), because: localText.optional() }).meta({ id: 'ItemWaitedFor' });
const yielded = z.object({ material: z.string(), by: z.string() }).meta({ id: 'YieldedMaterial' });

const explanation = z
  .object({
    item: z.string(),
    chosen: z.boolean(),
    neededBy: z.array(need),
    waitsFor: z.array(wait),
    yielded: z
      .array(yielded)
      .meta({ description: 'Materials that need not be handed in, and the item that yields each' }),
  })
  .meta({ id: 'Explanation', description: 'What a choice entails, and why' });

export const catalogueService = z
  .looseObject({
    version: z.number().int().optional().meta({ description: 'Of the catalogue' }),
    edition: z
      .string()
      .optional()
      .meta({ description: 'Names the content: a case keeps the one that it was filed with' }),
    code: z.string(),
    kind,
    name: localText,
    limits,
    items: z.array(item).optional(),
    departments: z.array(department).optional(),
    form: z.record(z.string(), z.unknown()).optional().meta({ description: 'JSON Schema 2020-12' }),
    derivation: derivation.optional(),
    explanation: z.array(explanation).optional(),
    promise: promise.optional().meta({ description: 'Of the items put together, if filed now' }),
    example: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'A valid body for POST /applications' }),
  })
  .meta({ id: 'CatalogueService' });

export const apiDescription = z.looseObject({ openapi: z.string() }).meta({ id: 'ApiDescription' });
