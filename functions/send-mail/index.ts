import { createSendMailFunction } from './create.ts';

export const handler = await createSendMailFunction(process.env);
