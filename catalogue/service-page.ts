/** The page of a service: facts, steps with a diagram, form, materials, who sees what, an example. */
import type { Item, Material } from '../functions/catalogue/schemas.ts';
import {
  departmentsOf,
  filled,
  linkTo,
  listed,
  type Page,
  table,
  visitsOf,
  type Word,
} from './page-parts.ts';
import {
  answerInWords,
  conditionInWords,
  isPersonal,
  labelOf,
  lawInWords,
  limitInWords,
} from './page-words.ts';

function facts(page: Page): string {
  const { service, language, say, departmentOf } = page;
  const kind = service.kind === 'bundle' ? `${say('bundle')} (${service.items.length})` : say(service.kind);
  const limits = service.items.length > 0 ? service.limits : undefined;
  const item = service.kind === 'item' ? service.items[0] : undefined;
  const special = (item?.procedures ?? []).map((each) => say(each));
  const rows: [Word, string][] = [
    ['kind', kind],
    ['code', `\`${service.code}\``],
    ['departments', listed(departmentsOf(service).map(departmentOf), language)],
    [
      'applicants',
      listed(
        service.applicants.map((type) => say(type)),
        language,
      ),
    ],
    ['promised', limits ? limitInWords(limits.promised, language) : ''],
    ['statutory', limits ? limitInWords(limits.statutory, language) : ''],
    ['visits', visitsOf(service, say)],
    ['fee', service.fee === 0 ? say('free') : `${service.fee}${say('yuan')}`],
    [
      'delivery',
      listed(
        service.delivery.map((way) => say(way)),
        language,
      ),
    ],
    ['acceptance', service.acceptance === 'by-hand' ? say('byHand') : ''],
    ['joint', service.kind === 'bundle' ? say(service.jointType) : ''],
    ['special', listed(special, language)],
    ['hearingOffered', item?.hearing ? say(item.hearing) : ''],
    ['commitment', item?.commitment?.allowed ? (item.commitment.promise?.[language] ?? say('yes')) : ''],
    ['simplifiedIn', listed(item?.regions?.simplifiedIn ?? [], language)],
    ['skippedIn', listed(item?.regions?.skippedIn ?? [], language)],
    [
      'partOf',
      service.partOf.map((code) => linkTo(code, page)).join(language === 'zh' ? '、' : ', ') +
        (service.alone ? '' : `${language === 'zh' ? '。' : '. '}${say('onlyPart')}`),
    ],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  return table(
    ['', ''],
    shown.map(([word, text]) => [`**${say(word)}**`, text]),
  );
}

const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
const idOf = (code: string): string => code.replaceAll('-', '_');

/** What an item waits for directly: not what it waits for through another that it waits for. */
function directlyAfter({ after }: Item, items: Item[]): string[] {
  const byCode = new Map(items.map((item) => [item.code, item.after]));
  const before = (code: string): string[] =>
    (byCode.get(code) ?? []).flatMap((other) => [other, ...before(other)]);
  const indirect = new Set(after.flatMap(before));
  return after.filter((code) => !indirect.has(code));
}

/** Nodes of the items, those of a stage in a box of their own. */
function nodesOf({ service, language, departmentOf }: Page): string[] {
  const node = (item: Item): string => {
    const limit = limitInWords(item.limits.promised, language);
    const text = [item.name[language], departmentOf(item.department), limit].join('<br/>');
    return `  ${idOf(item.code)}[${quoted(text)}]${item.when ? ':::sometimes' : ''}`;
  };
  const outside = service.items.filter(({ stage }) => stage === undefined).map(node);
  const boxes = service.stages.flatMap(({ code, name }) => [
    `  subgraph stage_${idOf(code)}[${quoted(name[language])}]`,
    ...service.items.filter(({ stage }) => stage === code).map(node),
    '  end',
  ]);
  return [...outside, ...boxes];
}

/** The plan as a diagram: what waits for what, conditions as hexagons, what applies sometimes dashed. */
function diagram(page: Page): string {
  const { service, language, say } = page;
  const { items, conditions } = service;
  const conditionNodes = conditions.map(({ code, name }) => `  ${idOf(code)}{{${quoted(name[language])}}}`);
  const last = items.filter(({ code }) => !items.some(({ after }) => after.includes(code)));
  const edges = [
    ...items.filter(({ after }) => after.length === 0).map(({ code }) => `  filed --> ${idOf(code)}`),
    ...items.flatMap((item) =>
      directlyAfter(item, items).map((other) => `  ${idOf(other)} --> ${idOf(item.code)}`),
    ),
    ...last.map(({ code }) => `  ${idOf(code)} --> done`),
  ];
  const lines = [
    'flowchart LR',
    `  filed([${quoted(say('filed'))}])`,
    ...nodesOf(page),
    ...conditionNodes,
    `  done([${quoted(say('done'))}])`,
    ...edges,
    ...(items.some(({ when }) => when) ? ['  classDef sometimes stroke-dasharray: 5 5'] : []),
  ];
  return ['```mermaid', ...lines, '```'].join('\n');
}

function stepsTable(page: Page): string {
  const { service, language, say, departmentOf, form } = page;
  const rows = service.items.map((item) => {
    const because = item.because ? `${item.because[language]} ` : '';
    const when = item.when ? `${because}*(${conditionInWords(item.when, form, language)})*` : '';
    const stage = service.stages.find(({ code }) => code === item.stage)?.name[language] ?? '';
    return [
      service.kind === 'item' ? item.name[language] : linkTo(item.code, page),
      departmentOf(item.department),
      stage,
      limitInWords(item.limits.promised, language),
      limitInWords(item.limits.statutory, language),
      item.output?.name[language] ?? '',
      service.items.length > 1 ? say(item.onRefusal) : '',
      when,
    ];
  });
  const head: Word[] = [
    'name',
    'department',
    'stage',
    'promised',
    'statutory',
    'output',
    'refused',
    'applies',
  ];
  return filled(head.map(say), rows);
}

function stagesTable(page: Page): string[] {
  const { service, language, say } = page;
  if (service.stages.length === 0) return [];
  const rows = service.stages.map(({ name, lead, counted }) => [
    name[language],
    linkTo(lead, page),
    limitInWords(counted, language),
  ]);
  return [table([say('stage'), say('lead'), say('counted')], rows)];
}

/** Whether and when a field is needed: whatever is answered, with certain items, when something is answered. */
function neededText(name: string, { service, form, language, say, nameOf }: Page): string {
  const when = form.properties[name]?.['x-when'];
  const asked = when ? `${say('onlyWhen')}${conditionInWords(when, form, language)}` : '';
  const by = service.items.filter(
    ({ fields, optionalFields }) => fields.includes(name) && !optionalFields.includes(name),
  );
  if (service.asks.includes(name) || by.some((item) => !item.when)) return asked || say('compulsory');
  if (by.length === 0) return say('optional');
  const withItems = `${say('whenOf')}${listed(
    by.map(({ code }) => nameOf(code)),
    language,
  )}`;
  return asked ? `${withItems}${language === 'zh' ? '，' : ', '}${asked}` : withItems;
}

function formTables(page: Page): string[] {
  const { form, language, say } = page;
  return form['x-sections'].flatMap(({ code, name }) => {
    const fields = Object.entries(form.properties).filter(([, field]) => field['x-section'] === code);
    const rows = fields.map(([field, node]) => {
      const hint = (language === 'zh' ? node.description : node['x-en-description']) as string | undefined;
      const marks = isPersonal(node) ? ' 🔒' : '';
      return [
        `${labelOf(node, field, language)}${marks}`,
        `${answerInWords(node, language)}${hint ? `<br/>*${hint}*` : ''}`,
        neededText(field, page),
      ];
    });
    return [`### ${name[language]}`, table([say('field'), say('answer'), say('needed')], rows)];
  });
}

type Asked = { item: Item; material: Material };

/** Whether a material is needed: always, with which items, on what condition, and when the plan itself yields it. */
function neededMaterial(asked: Asked[], page: Page): string {
  const { service, form, language, say, nameOf } = page;
  const [first] = asked;
  const yieldedBy = first?.material.yieldedBy;
  const giver = service.items.find(({ code }) => code === yieldedBy && code !== first?.item.code);
  const compulsory = asked.filter(({ material }) => material.required);
  const always = compulsory.find(({ item, material }) => !item.when && !material.when);
  const conditions = new Set(
    compulsory.flatMap(({ material: { when } }) => (when ? [conditionInWords(when, form, language)] : [])),
  );
  const withItems = compulsory.every(({ item }) => item.when)
    ? [
        `${say('whenOf')}${listed(
          compulsory.map(({ item }) => nameOf(item.code)),
          language,
        )}`,
      ]
    : [];
  const days = compulsory.map(({ material }) => material.later?.workingDays ?? 0);
  // It may follow where everybody lets it.
  const later = Math.min(...days);
  const needed =
    compulsory.length === 0
      ? [say('optional')]
      : always
        ? [say('compulsory')]
        : [...withItems, ...[...conditions].map((each) => `${say('onlyWhen')}${each}`)];
  const parts = [
    ...(giver && !giver.when ? [] : needed),
    ...(giver ? [`${say('yielded')}${nameOf(giver.code)}`] : []),
    ...(later > 0 && days.length > 0
      ? [`${say('later')}${limitInWords({ workingDays: later }, language)}`]
      : []),
  ];
  return parts.join(language === 'zh' ? '；' : '; ');
}

function materialsTable(page: Page): string {
  const { service, language, say } = page;
  const byCode = new Map<string, Asked[]>();
  for (const item of service.items) {
    for (const material of item.materials) {
      byCode.set(material.code, [...(byCode.get(material.code) ?? []), { item, material }]);
    }
  }
  if (byCode.size === 0) return say('noMaterials');
  const rows = [...byCode.values()].map((asked) => {
    const { name, grade, issuer, validity } = (asked[0] as Asked).material;
    return [
      name[language],
      service.items.length > 1
        ? listed(
            asked.map(({ item }) => item.name[language]),
            language,
          )
        : '',
      neededMaterial(asked, page),
      say(grade),
      issuer?.[language] ?? '',
      validity ? `${validity.months}${say('months')}` : '',
    ];
  });
  const head: Word[] = ['material', 'forItems', 'needed', 'grade', 'issuer', 'validity'];
  return filled(head.map(say), rows);
}

function seenByDepartment({ service, form, language, say, departmentOf }: Page): string {
  const rows = service.items.map((item) => [
    departmentOf(item.department),
    item.name[language],
    listed(
      item.fields.map((name) => labelOf(form.properties[name], name, language)),
      language,
    ),
  ]);
  return table([say('department'), say('name'), say('form')], rows);
}

/** How an item stands to others, with the reason for each. */
function relations(page: Page): string[] {
  const { service, language, say } = page;
  const item = service.kind === 'item' ? service.items[0] : undefined;
  if (!item) return [];
  const needed = new Set(item.needs.map((relation) => relation.item));
  const rows = [
    ...item.needs.map((relation) => ['brings', relation.item, relation.because] as const),
    ...Object.entries(item.waitsFor)
      .filter(([code]) => !needed.has(code))
      .map(([code, because]) => ['comesAfter', code, because] as const),
    ...item.excludes.map((relation) => ['excludes', relation.item, relation.because] as const),
  ].map(([word, code, because]) => [say(word), linkTo(code, page), because[language]]);
  return rows.length === 0 ? [] : [`## ${say('together')}`, table(['', '', ''], rows)];
}

/** The page of one service in one language. */
export function pageOf(page: Page): string {
  const { service, language, say, form } = page;
  const other = language === 'zh' ? 'en' : 'zh';
  const index = language === 'zh' ? '../README.zh-CN.md' : '../README.md';
  const isComposed = service.kind === 'composed';
  const questions = service.questions.map((name) => {
    const node = form.properties[name];
    return `- ${labelOf(node, name, language)} (${answerInWords(node ?? {}, language)})`;
  });
  const body = isComposed
    ? []
    : [
        `## ${say('steps')}`,
        diagram(page),
        stepsTable(page),
        ...stagesTable(page),
        ...(questions.length > 0 ? [`## ${say('questions')}`, questions.join('\n')] : []),
        `## ${say('form')}`,
        ...(Object.values(form.properties).some(isPersonal) ? [`🔒 ${say('personal')}`] : []),
        ...formTables(page),
        `## ${say('materials')}`,
        materialsTable(page),
        ...(service.items.length > 1 ? [`## ${say('sees')}`, seenByDepartment(page)] : []),
        ...relations(page),
      ];
  return `${[
    `# ${service.name[language]}`,
    `[${say('index')}](${index}) · [${say('other')}](../${other}/${service.code}.md)`,
    service.summary[language],
    facts(page),
    `## ${say('basis')}`,
    service.basis.map((each) => `- ${lawInWords(each, language)}`).join('\n'),
    ...body,
    `## ${say('example')}`,
    say('exampleIs'),
    ['```json', JSON.stringify(service.example, null, 2), '```'].join('\n'),
  ].join('\n\n')}\n`;
}
