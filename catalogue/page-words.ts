/** What the pages of the catalogue say in both languages, and how they say limits, conditions and fields. */
import type { Basis, Logic, Service } from '../functions/catalogue/schemas.ts';
import type { TimeLimit } from '../functions/clock/schemas.ts';
import type { LocalText } from '../functions/platform/text.ts';

export type Language = keyof LocalText;
export const languages: Language[] = ['en', 'zh'];

type Node = Record<string, unknown>;

const pair = (en: string, zh: string): LocalText => ({ en, zh });

export const words = {
  other: pair('中文', 'English'),
  index: pair('The catalogue', '事项目录'),
  bundles: pair('Bundles: one thing, one application', '一件事（多部门联办）'),
  items: pair('Items', '事项'),
  kind: pair('Kind', '类型'),
  bundle: pair('bundle', '一件事'),
  item: pair('item', '单个事项'),
  composed: pair('composed by the applicant', '申请人自选组合'),
  department: pair('Department', '部门'),
  departments: pair('Departments', '涉及部门'),
  applicants: pair('Who may apply', '服务对象'),
  person: pair('persons', '自然人'),
  company: pair('companies', '法人及其他组织'),
  promised: pair('Promised', '承诺时限'),
  statutory: pair('By law', '法定时限'),
  acceptance: pair('Acceptance', '受理方式'),
  byHand: pair(
    'by the department, within five working days; silence means accepted',
    '部门人工受理，五个工作日内告知，逾期未告知即为受理',
  ),
  visits: pair('Visits', '到现场次数'),
  none: pair('none', '无'),
  noVisit: pair('none', '0 次'),
  oneVisit: pair('one at most', '最多 1 次'),
  fee: pair('Fee', '收费'),
  free: pair('free', '不收费'),
  delivery: pair('Handed out', '取件方式'),
  ems: pair('by courier', '邮政快递'),
  pickup: pair('at the window or the self-service machine', '窗口或自助机领取'),
  electronic: pair('electronically', '电子送达'),
  code: pair('Code', '编码'),
  partOf: pair('Part of', '所属一件事'),
  onlyPart: pair('It is applied for as a part of these only.', '仅可作为上述一件事的组成部分申请。'),
  basis: pair('What the limits rest on', '设定依据'),
  unchecked: pair('not checked yet', '待核对'),
  article: pair('art. ', '第'),
  steps: pair('Steps', '办理流程'),
  filed: pair('Application', '提交申请'),
  done: pair('Concluded', '办结'),
  name: pair('Item', '事项'),
  output: pair('Hands out', '办理结果'),
  refused: pair('If refused', '不予许可时'),
  'ends-all': pair('the whole application is refused', '整件办结（不予许可）'),
  continues: pair('the rest goes on', '其余事项继续办理'),
  condition: pair('condition', '条件'),
  applies: pair('Applies when', '适用情形'),
  always: pair('always', '始终'),
  stage: pair('Stage', '阶段'),
  lead: pair('Lead', '牵头事项'),
  counted: pair('Counted days', '计时天数'),
  questions: pair('Asked first', '先回答的问题'),
  form: pair('What is asked', '申请内容'),
  field: pair('Field', '字段'),
  answer: pair('Answer', '填写内容'),
  needed: pair('Needed', '是否必填'),
  compulsory: pair('yes', '必填'),
  optional: pair('no', '选填'),
  onlyWhen: pair('when ', '当'),
  whenOf: pair('with ', '办理'),
  personal: pair('Personal: encrypted, masked', '个人信息：加密存储、脱敏显示'),
  materials: pair('Materials', '申请材料'),
  material: pair('Material', '材料'),
  grade: pair('Trust grade', '信任等级'),
  A: pair('A: issued by an authority', 'A：权威签发'),
  B: pair('B: checked at a counter', 'B：窗口核验'),
  C: pair('C: uploaded', 'C：申请人上传'),
  D: pair('D: self-made', 'D：申请人自制'),
  issuer: pair('Issued by', '出具单位'),
  validity: pair('Valid', '有效期'),
  forItems: pair('For', '用于事项'),
  yielded: pair('not handed in when the application itself brings it: ', '同一申请内产生的免于提交：'),
  later: pair('may follow within ', '可容缺，补交期限：'),
  noMaterials: pair('None.', '无需提交材料。'),
  sees: pair('What each department sees', '各部门可见内容'),
  together: pair('Together with other items', '与其他事项的关系'),
  comesAfter: pair('Comes after', '在此之后办理'),
  brings: pair('Brings in', '需一并办理'),
  excludes: pair('Not together with', '不可同时办理'),
  example: pair('Example', '填写示例'),
  exampleIs: pair(
    'A complete body for `POST /applications`. Nobody in it is real.',
    '可直接提交的完整申请（`POST /applications`），人物均为虚构。',
  ),
  contactsTitle: pair('Whom to call in a department', '部门联系方式'),
  contactsIntro: pair(
    'For operators: who answers when the system or the reviews of a department stand still. From departments.yaml.',
    '供运维人员使用：部门系统或审批停滞时的联系人。取自 departments.yaml。',
  ),
  contact: pair('Contact', '联系人'),
  phone: pair('Telephone', '电话'),
  email: pair('E-mail', '电子邮箱'),
  hours: pair('Hours', '服务时间'),
  uncheckedTitle: pair('Laws that nobody has checked yet', '待核对的法律依据'),
  uncheckedIntro: pair(
    'The limit was written down without the article at hand. Read it, correct what is wrong, and set `checked: true`.',
    '以下依据录入时未核对原文。核对后请更正，并将 `checked` 设为 `true`。',
  ),
  law: pair('Law', '法律法规'),
  generated: pair(
    'Made from the catalogue by `npm run catalogue -- pages`.',
    '由 `npm run catalogue -- pages` 自动生成。',
  ),
  months: pair(' months', ' 个月'),
  yuan: pair(' yuan', ' 元'),
  joint: pair('Joint approval', '联办方式'),
  general: pair('concluded after every department', '各部门办结后统一办结'),
  advance: pair('the lead goes ahead on written undertakings', '凭书面承诺先行办理'),
  special: pair('Special procedures that may occur', '可能的特殊程序'),
  hearing: pair('hearing', '听证'),
  'expert-review': pair('expert review', '专家评审'),
  inspection: pair('inspection', '检验检测'),
  testing: pair('testing', '检疫鉴定'),
  hearingOffered: pair('A hearing may be asked for', '听证权利'),
  'before-decision': pair('before the decision', '作出决定前'),
  'before-refusal': pair('before a refusal', '作出不予许可决定前'),
  commitment: pair('A signed promise may stand for proof', '可告知承诺'),
  simplifiedIn: pair('Simplified in', '简化办理区域'),
  skippedIn: pair('Not needed in', '免办区域'),
  yes: pair('yes', '是'),
} satisfies Record<string, LocalText>;

export const limitInWords = (limit: TimeLimit, language: Language): string => {
  if ('workingDays' in limit) {
    const { workingDays: days } = limit;
    return language === 'zh' ? `${days} 个工作日` : `${days} working day${days === 1 ? '' : 's'}`;
  }
  const { openingHours: hours } = limit;
  return language === 'zh' ? `${hours} 个工作小时` : `${hours} opening hour${hours === 1 ? '' : 's'}`;
};

export function lawInWords({ law, article, checked }: Basis, language: Language): string {
  const name = language === 'zh' ? `《${law.zh}》` : law.en;
  const place = article === undefined ? '' : language === 'zh' ? `第 ${article} 条` : `, art. ${article}`;
  return `${name}${place}${checked ? '' : ` *(${words.unchecked[language]})*`}`;
}

const nodeOf = (form: Node, name: string): Node | undefined =>
  name
    .split('.')
    .reduce<Node | undefined>(
      (node, segment) => (node?.properties as Record<string, Node> | undefined)?.[segment],
      form,
    );

export const labelOf = (node: Node | undefined, name: string, language: Language): string =>
  String((language === 'zh' ? node?.title : node?.['x-en']) ?? name);

const optionOf = (node: Node | undefined, value: unknown, language: Language): string => {
  const labels = (node?.enum ? node['x-labels'] : (node?.items as Node | undefined)?.['x-labels']) as
    | Record<string, LocalText>
    | undefined;
  const booleans = language === 'zh' ? { true: '是', false: '否' } : { true: 'yes', false: 'no' };
  if (typeof value === 'boolean') return booleans[`${value}`];
  return labels?.[String(value)]?.[language] ?? String(value);
};

const comparing: Record<string, LocalText> = {
  '==': pair('is', '为'),
  '!=': pair('is not', '不为'),
  '<': pair('is below', '低于'),
  '<=': pair('is at most', '不超过'),
  '>': pair('is above', '超过'),
  '>=': pair('is at least', '不低于'),
};

/** A condition in words. @param form an object node whose properties the condition is over */
export function conditionInWords(condition: unknown, form: Node, language: Language): string {
  const say = (each: unknown): string => conditionInWords(each, form, language);
  if (condition === null || typeof condition !== 'object') return String(condition);
  const [operator = '', given] = Object.entries(condition)[0] ?? [];
  const args: unknown[] = Array.isArray(given) ? given : [given];
  const nameOf = (each: unknown): string | undefined => (each as { var?: string } | null)?.var;
  const label = (each: unknown): string =>
    labelOf(nodeOf(form, nameOf(each) ?? ''), nameOf(each) ?? say(each), language);
  const value = (field: unknown, each: unknown): string =>
    optionOf(nodeOf(form, nameOf(field) ?? ''), each, language);
  const quoted = (text: string): string => (language === 'zh' ? `“${text}”` : text);
  const [first, second] = args;
  switch (operator) {
    case 'var':
      return language === 'zh' ? `${quoted(label(condition))}：是` : `${label(condition)}: yes`;
    case '!':
      if (nameOf(first) !== undefined) {
        return language === 'zh' ? `${quoted(label(first))}：否` : `${label(first)}: no`;
      }
      return language === 'zh' ? `并非（${say(first)}）` : `not (${say(first)})`;
    case 'none':
      return say({ '!': { some: args } });
    case 'and':
    case 'or': {
      const joint = { and: pair(' and ', '，且'), or: pair(' or ', '，或') }[operator][language];
      return args.map((each) => (isCompound(each, operator) ? `(${say(each)})` : say(each))).join(joint);
    }
    case 'in': {
      const values = Array.isArray(second) ? second : [first];
      const field = Array.isArray(second) ? first : second;
      const named = values.map((each) => value(field, each)).join(language === 'zh' ? '、' : ' or ');
      const verb = Array.isArray(second) ? pair('is', '为') : pair('includes', '包括');
      return `${quoted(label(field))}${language === 'zh' ? '' : ' '}${verb[language]}${language === 'zh' ? '' : ' '}${named}`;
    }
    case 'some':
    case 'all': {
      const entries = (nodeOf(form, nameOf(first) ?? '')?.items ?? {}) as Node;
      const quantity =
        operator === 'some' ? pair('some entry of', '中有一项') : pair('every entry of', '中每一项');
      const inner = conditionInWords(second, entries, language);
      return language === 'zh'
        ? `${quoted(label(first))}${quantity.zh}${inner}`
        : `${quantity.en} ${label(first)}: ${inner}`;
    }
    case 'if':
      return language === 'zh'
        ? `若${say(first)}则${say(second)}，否则${say(args[2])}`
        : `if ${say(first)} then ${say(second)}, else ${say(args[2])}`;
    default: {
      const isTrue = typeof second === 'boolean' && (operator === '==') === second;
      if (typeof second === 'boolean') return isTrue ? say(first) : say({ '!': first });
      const verb = comparing[operator]?.[language] ?? operator;
      const field = nameOf(first) === undefined ? second : first;
      const other = nameOf(first) === undefined ? first : second;
      const gap = language === 'zh' ? '' : ' ';
      return `${quoted(label(field))}${gap}${verb}${gap}${value(field, other)}`;
    }
  }
}

const isCompound = (condition: unknown, operator: string): boolean =>
  condition !== null &&
  typeof condition === 'object' &&
  (operator === 'and' ? 'or' in condition : 'and' in condition);

export type FormNode = Node & {
  properties: Record<string, Node & { 'x-section'?: string; 'x-when'?: Logic }>;
  required: string[];
  'x-sections': { code: string; name: LocalText }[];
};
export const formNode = ({ form }: Service): FormNode => form as FormNode;

const numeral = (value: unknown): string => Number(value ?? 0).toLocaleString('en-US');

/** What may be answered to a field. */
export function answerInWords(node: Node, language: Language): string {
  const zh = language === 'zh';
  const list = node.enum as unknown[] | undefined;
  if (list) return list.map((each) => optionOf(node, each, language)).join(' / ');
  switch (node.type) {
    case 'boolean':
      return 'const' in node ? (zh ? '须确认' : 'to be confirmed') : zh ? '是或否' : 'yes or no';
    case 'integer':
    case 'number':
      return zh
        ? `数字，${numeral(node.minimum)} 至 ${numeral(node.maximum)}`
        : `a number from ${numeral(node.minimum)} to ${numeral(node.maximum)}`;
    case 'array': {
      const entries = node.items as Node;
      const inner = answerInWords(entries, language);
      return zh ? `最多 ${node.maxItems} 项：${inner}` : `up to ${node.maxItems}: ${inner}`;
    }
    case 'object':
      return Object.entries((node.properties ?? {}) as Record<string, Node>)
        .map(([name, child]) => labelOf(child, name, language))
        .join(zh ? '、' : ', ');
    default: {
      const formats: Record<string, LocalText> = {
        'citizen-id': pair('an identity number', '公民身份号码'),
        'credit-code': pair('a unified social credit code', '统一社会信用代码'),
        mobile: pair('a mobile number', '手机号码'),
        date: pair('a date', '日期'),
      };
      return (
        formats[String(node.format)]?.[language] ??
        (zh ? `文字，最多 ${node.maxLength} 字` : `text, up to ${node.maxLength} characters`)
      );
    }
  }
}

/** Whether anything in a field is personal. */
export const isPersonal = (node: Node): boolean =>
  node['x-personal'] === true ||
  Object.values((node.properties ?? {}) as Record<string, Node>).some(isPersonal) ||
  (node.items !== undefined && isPersonal(node.items as Node));
