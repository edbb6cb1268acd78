import { createProjector } from './create-projector.ts';

export const handler = createProjector(process.env);
