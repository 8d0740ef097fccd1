/** What anybody gets of the catalogue. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const kind = z.enum(['item', 'bundle', 'composed']);
const timeLimit = z.union([z.object({ workingDays: z.number() }), z.object({ openingHours: z.number() })]);
const limits = z.object({ statutory: timeLimit, promised: timeLimit });
const item = z.looseObject({ code: z.string(), name: localText, department: z.string(), limits });

const catalogueEntry = z
  .looseObject({ code: z.string(), kind, name: localText })
  .meta({ id: 'CatalogueEntry' });

export const catalogueList = page(catalogueEntry);

export const promise = z.looseObject({ dueAt: instant, statutoryDueAt: instant, provisional: z.boolean() });

const derivation = z
  .object({
    items: z.array(z.string()),
    materials: z.array(z.object({ code: z.string(), required: z.boolean(), items: z.array(z.string()) })),
    required: z.array(z.string()).meta({ description: 'Fields of the form that are compulsory' }),
    reasons: z.array(z.object({ item: z.string(), applies: z.boolean(), because: localText.optional() })),
  })
  .meta({ id: 'Derivation', description: 'What follows from the answers given so far' });

const explanation = z
  .object({
    item: z.string(),
    chosen: z.boolean(),
    neededBy: z.array(z.object({ item: z.string(), because: localText })),
    waitsFor: z.array(z.object({ item: z.string(), because: localText.optional() })),
    yielded: z
      .array(z.object({ material: z.string(), by: z.string() }))
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
    departments: z.array(z.looseObject({ code: z.string(), name: localText })).optional(),
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

export const apiDescription = z.looseObject({ openapi: z.string() });
