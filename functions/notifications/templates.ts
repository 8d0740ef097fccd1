/** What an applicant is told, when, in which words. One place for all texts. */

import type { EventType } from '../cases/events.ts';
import type { Application } from '../cases/types.ts';

/** Facts that a text may use; never a name or an identity number. */
export type MessageFacts = {
  number: string;
  service: { zh: string; en: string };
  status: Application['status'];
  dueAt: string;
  trackingNumber?: string;
  pickupCode?: string;
  /** Whether a material has still to follow. */
  follows?: boolean;
  /** Announced length of a special procedure, or of an extension, working days. */
  days?: number;
  /** Until when a hearing may be asked for. */
  until?: string;
};

type Template = (facts: MessageFacts) => { zh: string; en: string } | undefined;

const inShanghai = (locale: 'zh-CN' | 'en-GB'): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, {
    timeZone: 'Asia/Shanghai',
    month: locale === 'zh-CN' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
const formats = { 'zh-CN': inShanghai('zh-CN'), 'en-GB': inShanghai('en-GB') };

const shanghai = (instant: string, locale: keyof typeof formats): string =>
  formats[locale].format(new Date(instant));

const isRefusal = ({ status }: MessageFacts): boolean => status === 'refused';

/** An event without a template sends nothing; a template may decline. */
export const templates: Partial<Record<EventType, Template>> = {
  'application.accepted': ({ number, service, dueAt, follows }) => ({
    zh: `【一窗】您的“${service.zh}”申请已受理，办件编号${number}，承诺${shanghai(dueAt, 'zh-CN')}前办结。${follows ? '另有材料可容缺后补，期限请登录查看。' : ''}`,
    en: `[OneWindow] Your application "${service.en}" ${number} is accepted. We promise to finish by ${shanghai(dueAt, 'en-GB')}.${follows ? ' Something has still to follow; please sign in to see by when.' : ''}`,
  }),
  'application.not-accepted': ({ number, service }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）不予受理，理由请登录查看。`,
    en: `[OneWindow] Your application "${service.en}" ${number} is not accepted. Please sign in for the reasons.`,
  }),
  'review.correction-asked': ({ number, service }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）需要补正，请登录查看补正通知。补正期间不计入办理时限。`,
    en: `[OneWindow] Your application "${service.en}" ${number} needs a correction. Please sign in to see the notice; the time limit stands still until then.`,
  }),
  'application.withdrawn': ({ number, service }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）已撤回。`,
    en: `[OneWindow] Your application "${service.en}" ${number} is withdrawn.`,
  }),
  'application.concluded': (facts) =>
    isRefusal(facts)
      ? {
          zh: `【一窗】您的“${facts.service.zh}”申请（${facts.number}）未获批准，理由及救济途径请登录查看。`,
          en: `[OneWindow] Your application "${facts.service.en}" ${facts.number} was refused. Please sign in for the reasons and your right to object.`,
        }
      : undefined,
  'parcel.ordered': ({ number, service, status, trackingNumber }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）${status === 'partly-approved' ? '部分' : ''}已办结，证照由EMS免费寄出，单号${trackingNumber}。`,
    en: `[OneWindow] Your application "${service.en}" ${number} is ${status === 'partly-approved' ? 'partly ' : ''}approved. Everything comes by EMS, free of charge: ${trackingNumber}.`,
  }),
  'parcel.given-up': ({ number, trackingNumber }) => ({
    zh: `【一窗】办件${number}的邮件${trackingNumber}再次遗失。证照将重新制作，工作人员会与您联系，无需任何操作。`,
    en: `[OneWindow] The parcel ${trackingNumber} of your application ${number} was lost again. Everything will be made anew; our staff will contact you.`,
  }),
  'review.supplement-overdue': ({ number, service }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）容缺后补的材料未按期交齐，请登录补交。补交期间不计入办理时限。`,
    en: `[OneWindow] A material of your application "${service.en}" ${number} that might follow has not come by its day. Please sign in to hand it in; the time limit stands still until then.`,
  }),
  'review.procedure-announced': ({ number, service, days }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）进入特别程序${days ? `，预计${days}个工作日` : ''}，所需时间不计入办理时限，详情请登录查看。`,
    en: `[OneWindow] Your application "${service.en}" ${number} is in a special procedure${days ? ` of about ${days} working days` : ''}. The time limit stands still until it ends; please sign in for details.`,
  }),
  'review.hearing-offered': ({ number, service, until = '' }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）在作出决定前，您有要求听证的权利，请于${shanghai(until, 'zh-CN')}前登录提出，逾期视为放弃。在此期间不计入办理时限。`,
    en: `[OneWindow] Before your application "${service.en}" ${number} is decided you have the right to a hearing. Please sign in and ask for it by ${shanghai(until, 'en-GB')}; the time limit stands still until then.`,
  }),
  'review.extended': ({ number, service, days, dueAt }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）办理期限经批准延长${days ? `${days}个工作日` : ''}，承诺${shanghai(dueAt, 'zh-CN')}前办结，理由请登录查看。`,
    en: `[OneWindow] The time limit of your application "${service.en}" ${number} is extended${days ? ` by ${days} working days` : ''}; we promise to finish by ${shanghai(dueAt, 'en-GB')}. Please sign in for the reason.`,
  }),
  'review.procedure-overrun': ({ number, service, dueAt }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）的特别程序已超过告知的期限，办理时限恢复计算，承诺${shanghai(dueAt, 'zh-CN')}前办结。`,
    en: `[OneWindow] The special procedure of your application "${service.en}" ${number} takes longer than was announced. The time limit runs again; we promise to finish by ${shanghai(dueAt, 'en-GB')}.`,
  }),
  'application.due-changed': ({ number, service, dueAt }) => ({
    zh: `【一窗】节假日安排公布后，您的“${service.zh}”申请（${number}）承诺办结时间更新为${shanghai(dueAt, 'zh-CN')}前。`,
    en: `[OneWindow] The public holidays are announced: we now promise to finish your application "${service.en}" ${number} by ${shanghai(dueAt, 'en-GB')}.`,
  }),
  'objection.decided': ({ number, service }) => ({
    zh: `【一窗】您对“${service.zh}”申请（${number}）提出的异议已有结果，请登录查看。`,
    en: `[OneWindow] Your objection in "${service.en}" ${number} is decided. Please sign in for the result.`,
  }),
  'pickup.code-renewed': ({ number, service, pickupCode }) => ({
    zh: `【一窗】“${service.zh}”（${number}）的取件码多次输入错误，已更换为${pickupCode}，一小时后可用。`,
    en: `[OneWindow] Too many wrong codes were tried for "${service.en}" ${number}. The new code is ${pickupCode}; it works in an hour.`,
  }),
  'parcel.delivered': ({ number, trackingNumber }) => ({
    zh: `【一窗】办件${number}的邮件${trackingNumber}已妥投。请对本次服务作出评价。`,
    en: `[OneWindow] The parcel ${trackingNumber} of your application ${number} is delivered. Please tell us how we did.`,
  }),
  'parcel.lost': ({ number, trackingNumber }) => ({
    zh: `【一窗】办件${number}的邮件${trackingNumber}遗失，我们正在为您重新寄送，无需任何操作。`,
    en: `[OneWindow] The parcel ${trackingNumber} of your application ${number} was lost. We are sending a new one; you need not do anything.`,
  }),
  'pickup.ready': ({ number, service, pickupCode }) => ({
    zh: `【一窗】您的“${service.zh}”（${number}）已可领取，请凭取件码${pickupCode}到窗口或自助机领取。`,
    en: `[OneWindow] "${service.en}" ${number} is ready. Collect it at the window or a self-service machine with the code ${pickupCode}.`,
  }),
  'licence.issued': ({ number, service }) => ({
    zh: `【一窗】您的“${service.zh}”申请（${number}）已办结，电子证照已发放，请登录查看。`,
    en: `[OneWindow] Your application "${service.en}" ${number} is approved; the electronic document is in your account.`,
  }),
};

/** Event types that send an SMS: what the message queue subscribes to. A conclusion is told only when it refuses. */
export const smsEventTypes = (Object.keys(templates) as EventType[]).filter(
  (type) => type !== 'application.concluded',
);
