import { createSiteFunction } from './create.ts';

export const handler = await createSiteFunction(process.env);
