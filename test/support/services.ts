/** Services that only tests know: shapes that must hold whatever the files of the catalogue say. */
import type { Service } from '../../functions/catalogue/schemas.ts';
import { service } from '../../functions/catalogue/schemas.ts';

const days = (workingDays: number) => ({ statutory: { workingDays: 20 }, promised: { workingDays } });

/**
 * A building from its drawings to its acceptance: the drawings are reviewed, then the building is built, for as long
 * as that takes, then accepted; filed once its papers are in the archive. Two departments, two conditions in the middle.
 */
export const buildingAcceptance: Service = service.parse({
  code: 'building-acceptance',
  kind: 'bundle',
  name: { zh: '建筑工程竣工验收', en: 'Acceptance of a building' },
  summary: { zh: '设计审查、竣工、验收、备案。', en: 'Drawings, building, acceptance, filing.' },
  limits: { statutory: { workingDays: 60 }, promised: { workingDays: 9 } },
  visits: 0,
  fee: 0,
  acceptance: 'automatic',
  delivery: ['electronic', 'ems'],
  items: [
    {
      code: 'drawings-review',
      name: { zh: '施工图设计审查', en: 'Review of the drawings' },
      department: 'housing',
      limits: days(5),
      onRefusal: 'ends-all',
      fields: ['project', 'architect'],
      materials: [{ code: 'drawings', name: { zh: '施工图', en: 'Drawings' }, grade: 'C', required: true }],
      output: { name: { zh: '审查合格书', en: 'Approval of the drawings' }, form: 'electronic' },
    },
    {
      code: 'fire-safety-acceptance',
      name: { zh: '消防验收', en: 'Acceptance of fire safety' },
      department: 'public-security',
      limits: days(3),
      after: ['drawings-review', 'building-finished'],
      onRefusal: 'continues',
      fields: ['project', 'area'],
      output: { name: { zh: '消防验收意见书', en: 'Statement of fire safety' }, form: 'physical' },
    },
    {
      code: 'completion-filing',
      name: { zh: '竣工验收备案', en: 'Filing of the completion' },
      department: 'housing',
      limits: days(1),
      after: ['fire-safety-acceptance', 'papers-archived'],
      onRefusal: 'continues',
      fields: ['project'],
      output: { name: { zh: '竣工验收备案表', en: 'Record of the completion' }, form: 'electronic' },
    },
  ],
  conditions: [
    {
      code: 'building-finished',
      name: { zh: '工程竣工', en: 'The building is finished' },
      department: 'housing',
    },
    { code: 'papers-archived', name: { zh: '档案移交', en: 'The papers are in the archive' } },
  ],
  form: {
    type: 'object',
    title: '竣工验收申请表',
    'x-en': 'Application for acceptance',
    additionalProperties: false,
    required: ['project', 'architect', 'area'],
    properties: {
      project: { type: 'string', title: '工程名称', 'x-en': 'Project', minLength: 2, maxLength: 100 },
      architect: {
        type: 'string',
        title: '设计负责人',
        'x-en': 'Architect',
        minLength: 2,
        maxLength: 50,
        'x-personal': true,
      },
      area: { type: 'number', title: '建筑面积', 'x-en': 'Floor area', minimum: 1, maximum: 1_000_000 },
    },
  },
  example: {
    service: 'building-acceptance',
    channel: 'web',
    language: 'zh',
    applicant: {
      type: 'company',
      name: '杭州吴山置业有限公司',
      idNumber: '91330102000010004A',
      phone: '13857100007',
    },
    form: { project: '吴山路8号商业楼', architect: '林知远', area: 5200 },
    materials: [{ code: 'drawings' }],
    delivery: {
      method: 'ems',
      recipient: '孙明',
      phone: '13857100008',
      address: '浙江省杭州市上城区吴山路8号',
    },
  },
});

/**
 * A fair in a street: the district's sport and culture office leads and accepts by hand, the health office looks at the
 * stalls, the police close the street once the fair is allowed. The stall holders' health certificates may follow.
 */
export const streetFair: Service = service.parse({
  code: 'street-fair',
  kind: 'bundle',
  name: { zh: '街区集市活动', en: 'A fair in a street' },
  summary: { zh: '活动许可、食品摊位、道路封闭。', en: 'The fair, its food stalls, the closed street.' },
  limits: { statutory: { workingDays: 30 }, promised: { workingDays: 15 } },
  visits: 0,
  fee: 0,
  acceptance: 'by-hand',
  delivery: ['electronic'],
  items: [
    {
      code: 'fair-permit',
      name: { zh: '集市活动许可', en: 'Permit for the fair' },
      department: 'culture-tourism-sports',
      limits: days(5),
      onRefusal: 'ends-all',
      fields: ['street', 'organiser'],
      materials: [
        { code: 'safety-plan', name: { zh: '安全方案', en: 'Safety plan' }, grade: 'C', required: true },
      ],
      output: { name: { zh: '活动许可证', en: 'Permit' }, form: 'electronic' },
    },
    {
      code: 'food-stalls',
      name: { zh: '食品摊位备案', en: 'Filing of the food stalls' },
      department: 'health',
      limits: days(3),
      onRefusal: 'continues',
      fields: ['street', 'stalls'],
      materials: [
        {
          code: 'health-check-certificate',
          name: { zh: '健康证明', en: 'Health certificates' },
          grade: 'A',
          required: true,
          later: { workingDays: 4 },
        },
      ],
      output: { name: { zh: '备案凭证', en: 'Record of the filing' }, form: 'electronic' },
    },
    {
      code: 'closed-street',
      name: { zh: '临时道路封闭', en: 'Closing of the street' },
      department: 'public-security',
      limits: days(2),
      after: ['fair-permit'],
      onRefusal: 'continues',
      fields: ['street'],
      output: { name: { zh: '封闭通知', en: 'Notice of the closing' }, form: 'electronic' },
    },
  ],
  form: {
    type: 'object',
    title: '集市活动申请表',
    'x-en': 'Application for a fair',
    additionalProperties: false,
    required: ['street', 'organiser', 'stalls'],
    properties: {
      street: { type: 'string', title: '街道', 'x-en': 'Street', minLength: 2, maxLength: 100 },
      organiser: {
        type: 'string',
        title: '负责人',
        'x-en': 'Organiser',
        minLength: 2,
        maxLength: 50,
        'x-personal': true,
      },
      stalls: { type: 'number', title: '摊位数', 'x-en': 'Stalls', minimum: 1, maximum: 500 },
    },
  },
  example: {
    service: 'street-fair',
    channel: 'web',
    language: 'zh',
    applicant: {
      type: 'company',
      name: '杭州河坊文化有限公司',
      idNumber: '91330102000010004A',
      phone: '13857100009',
    },
    form: { street: '河坊街', organiser: '沈知秋', stalls: 40 },
    materials: [{ code: 'safety-plan' }],
    delivery: { method: 'electronic' },
  },
});

/**
 * Works at night, which concern the neighbours: the applicant is offered a hearing before the permit is decided, and
 * before the traffic plan is refused.
 */
export const nightWorks: Service = service.parse({
  code: 'night-works',
  kind: 'bundle',
  name: { zh: '夜间施工许可', en: 'Works at night' },
  summary: { zh: '夜间施工和临时交通组织。', en: 'Works at night, and the traffic meanwhile.' },
  limits: { statutory: { workingDays: 20 }, promised: { workingDays: 10 } },
  visits: 0,
  fee: 0,
  acceptance: 'automatic',
  delivery: ['electronic'],
  items: [
    {
      code: 'night-works-permit',
      name: { zh: '夜间施工许可', en: 'Permit for works at night' },
      department: 'housing',
      limits: days(5),
      onRefusal: 'ends-all',
      fields: ['site', 'hours'],
      output: { name: { zh: '夜间施工许可证', en: 'Permit' }, form: 'electronic' },
      hearing: 'before-decision',
    },
    {
      code: 'traffic-plan',
      name: { zh: '临时交通组织方案', en: 'Traffic plan' },
      department: 'public-security',
      limits: days(3),
      onRefusal: 'continues',
      fields: ['site'],
      hearing: 'before-refusal',
    },
  ],
  form: {
    type: 'object',
    title: '夜间施工申请表',
    'x-en': 'Application for works at night',
    additionalProperties: false,
    required: ['site', 'hours'],
    properties: {
      site: { type: 'string', title: '工地', 'x-en': 'Site', minLength: 2, maxLength: 100 },
      hours: { type: 'number', title: '每夜小时数', 'x-en': 'Hours a night', minimum: 1, maximum: 8 },
    },
  },
  example: {
    service: 'night-works',
    channel: 'web',
    language: 'zh',
    applicant: {
      type: 'company',
      name: '杭州吴山置业有限公司',
      idNumber: '91330102000010004A',
      phone: '13857100007',
    },
    form: { site: '吴山路8号', hours: 4 },
    materials: [],
    delivery: { method: 'electronic' },
  },
});
