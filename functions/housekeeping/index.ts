import { createHousekeeping } from './create.ts';

export const handler = await createHousekeeping(process.env);
