/**
 * The runbook, tried: each drill brings a fault about, waits for its alarm, does what the row of docs/operations.md
 * says, in at most three commands, and ends with the case ended.
 */
import { departmentDrills } from './departments.ts';
import type { Drill } from './drill.ts';
import { executionDrills } from './executions.ts';
import { messageDrills } from './messages.ts';
import { parcelDrills } from './parcels.ts';
import { type DrillOfCopy, restartDrills } from './restart.ts';
import { switchDrills } from './switches.ts';

export const drills: Record<string, Drill | DrillOfCopy> = {
  ...departmentDrills,
  ...messageDrills,
  ...parcelDrills,
  ...executionDrills,
  ...switchDrills,
  ...restartDrills,
};
