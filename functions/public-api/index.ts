import { createPublicApi } from './create.ts';

export const handler = await createPublicApi(process.env);
