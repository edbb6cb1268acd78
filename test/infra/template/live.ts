import { type Stage, stagePrefix, stages } from '../../../infra/config.ts';
import { type FunctionDefinition, type FunctionName, functions } from '../../../infra/functions.ts';
import { ofType, type Resource, synthesise } from '../synthesise.ts';

/** The live stage, at a domain of its own. */
export const stage: Stage = {
  ...stages.live,
  domain: { name: 'run.example', certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/one' },
};
export const prefix = stagePrefix(stage);
export const live = synthesise(stage);
export const { data, firewall, service } = live;

export const definitionOf = (name: FunctionName): FunctionDefinition => functions[name];

/** A function as the template makes it. */
export function lambdaOf(name: FunctionName): Resource {
  const found = ofType(service, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `${prefix}-${name}`,
  );
  if (found === undefined) throw new Error(`${name} is not in the template`);
  return found[1];
}
