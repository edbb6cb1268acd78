import { createStaffApi } from './create.ts';

export const handler = createStaffApi(process.env);
