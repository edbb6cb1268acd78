import { createStaffApi } from './create.ts';

export const handler = await createStaffApi(process.env);
