/** Faults of earlier versions, to be put back one by one: a text of a source file, and what stood there before it was mended. */
export type Mutant = {
  /** Invariants that it breaks by its nature; a breach of another may have another cause. */
  by: string[];
  fault: number;
  what: string;
  changes: { file: string; from: string | RegExp; to: string }[];
};

export const mutants: Mutant[] = [
  {
    fault: 1,
    by: ['endings', 'clock', 'timeline', 'decisions', 'outputs'],
    what: 'a torn read: reviews beside the header',
    changes: [
      {
        file: 'functions/cases/store.ts',
        from: `  const application = await get(keys.application(number));
  if (!application) return undefined;
  const { pk } = keys.application(number);
  const hanging = await query(pk, 'OBJECTION#', 'REVIEW#~');
  // Last, so that nobody reads an older dossier under a newer review's version.
  const dossier = await get(keys.dossier(number));`,
        to: `  const { pk } = keys.application(number);
  const [dossier, hanging, application] = await Promise.all([
    get(keys.dossier(number)),
    query(pk, 'OBJECTION#', 'REVIEW#~'),
    get(keys.application(number)),
  ]);
  if (!application) return undefined;`,
      },
    ],
  },
  {
    fault: 2,
    by: ['executions'],
    what: 'an older wait replaces a newer token',
    changes: [
      {
        file: 'statemachines/joint-approval.asl.json',
        from: /"ConditionExpression": "attribute_not_exists\(pk\)[^"]*",\s*"ExpressionAttributeValues": \{[\s\S]*?RetryCount\)"\s*\}\s*\}/g,
        to: '"ReturnValues": "NONE"',
      },
    ],
  },
  {
    fault: 3,
    by: ['endings'],
    what: 'nothing watches a stuck case',
    changes: [
      {
        file: 'functions/approvals/sweep.ts',
        from: '  if (findings.length === 0 && waits.length === 0) return 0;',
        to: '  if (findings.length >= 0) return 0;',
      },
    ],
  },
  {
    fault: 5,
    by: ['departments'],
    what: 'an address set meanwhile is overwritten by a 410',
    changes: [
      {
        file: 'functions/departments/deliver-webhook.ts',
        from: 'now.webhookUrl !== webhookUrl || now.gone',
        to: 'now.gone',
      },
      {
        file: 'functions/departments/deliver-webhook.ts',
        from: '{ ...now, gone: true }',
        to: '{ ...now, webhookUrl, gone: true }',
      },
    ],
  },
  {
    fault: 7,
    by: ['promptness'],
    what: 'the bus waits for Step Functions',
    changes: [
      {
        file: 'functions/relay/handler.ts',
        from: '  await Promise.all([withoutHoldingUp(advance(entry)), publish(cloudEvents(entry))]);',
        to: '  await advance(entry);\n  await publish(cloudEvents(entry));',
      },
    ],
  },
  {
    fault: 13,
    by: ['evidence'],
    what: 'approve, then swap',
    changes: [
      {
        file: 'functions/intake/correct.ts',
        from: / {2}refuse\(\n {4}unaskedErrors\([\s\S]*?\n {2}\);\n/,
        to: '  void unaskedErrors;\n  void askedNow;\n',
      },
      {
        file: 'functions/approvals/progress.ts',
        from: 'const concerned = current.filter((review) => !back.includes(review) && sees(review));',
        to: 'const concerned = current.filter((review) => !back.includes(review) && sees(review) && review.id === "");',
      },
    ],
  },
  {
    fault: 14,
    by: ['evidence'],
    what: 'a masked value replaces the real one',
    changes: [
      {
        file: 'functions/intake/correct.ts',
        from: /\.\.\.\(restored\(given\.form \?\? \{\}, shown, whole\.form\) as Dossier\['form'\]\)/,
        to: '...(given.form ?? {})',
      },
      {
        file: 'functions/intake/correct.ts',
        from: / {2}refuse\(\n {4}maskedIn\([\s\S]*?\n {2}\);\n/,
        to: '  void [maskedIn, masks, restored];\n',
      },
    ],
  },
  {
    fault: 16,
    by: ['outputs'],
    what: 'a refusal that ends all leaves approved outputs',
    changes: [
      {
        file: 'functions/approvals/requests.ts',
        from: "    (each) => each.status === 'approved' && !isInForce(found.application, each),",
        to: '    () => false,',
      },
    ],
  },
  {
    fault: 17,
    by: ['outputs', 'endings'],
    what: 'what is physical is handed out electronically',
    changes: [
      {
        file: 'functions/fulfilment/consignments.ts',
        from: "  if (method !== 'electronic') return method;",
        to: '  return method;',
      },
    ],
  },
  {
    fault: 32,
    by: ['personal'],
    what: 'a right guess behind a mask is told by its answer',
    changes: [
      {
        file: 'functions/intake/correct.ts',
        from: "      differences(shown, { ...shown, ...given.form }, '/form'),",
        to: '      fields,',
      },
    ],
  },
  {
    fault: 30,
    by: ['conditions'],
    what: 'an upheld objection has an execution wait for a condition',
    changes: [
      {
        file: 'functions/approvals/rounds.ts',
        from: '  const blocked = blockedBy(found, found.application.conditions);',
        to: '  const blocked = new Set<string>();',
      },
    ],
  },
  {
    fault: 31,
    by: ['conditions'],
    what: 'a condition is taken from whomever it does not concern',
    changes: [
      {
        file: 'functions/intake/api.ts',
        from: '    each.code === code && each.department ? [each.department] : [],',
        to: '    each.code === code && each.department ? [each.department, "bank"] : [],',
      },
    ],
  },
  {
    fault: 33,
    by: ['webhooks'],
    what: 'what is cancelled during a pause is told to nobody',
    changes: [
      {
        file: 'functions/departments/webhook.ts',
        from: "type === 'review.cancelled' || type === 'review.revoked';",
        to: 'type === undefined;',
      },
    ],
  },
  {
    fault: 34,
    by: ['editions', 'clock'],
    what: 'a function asks only once a day which catalogue is current',
    changes: [
      {
        file: 'functions/catalogue/published.ts',
        from: 'export const pointerLivesMs = 5_000;',
        to: 'export const pointerLivesMs = 86_400_000;',
      },
    ],
  },
];
