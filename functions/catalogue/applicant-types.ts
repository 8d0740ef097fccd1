/** Who can apply at all. Apart from the shape of a service, which no function needs at run time. */
export const applicantTypes = ['person', 'company'] as const;
export type ApplicantType = (typeof applicantTypes)[number];
