import { createDeliveryEvents } from '../../shared/mail/delivery-events.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { databaseOf, type Environment, readSettings } from '../settings.ts';

/** The Lambda handler of what SES tells of mails through EventBridge. */
export function createMailEvents(environment: Environment, world: World = realWorld) {
  return createDeliveryEvents({
    db: databaseOf(readSettings(environment)),
    world,
    log: openLog('mail-events'),
  });
}
