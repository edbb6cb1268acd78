import { openCatalogue } from '../../../shared/catalogue/store.ts';
import { openGuide } from '../../../shared/entries/availability.ts';
import { bankTransferGateway } from '../../../shared/payments/bank-transfer/gateway.ts';
import { recordBankPayment } from '../../../shared/payments/bank-transfer/record.ts';
import { closedGateway, combineGateways } from '../../../shared/payments/gateways.ts';
import type { Till } from '../../../shared/payments/till.ts';
import { openTestDatabase } from '../../support/database.ts';
import { type GatewayUnderTest, gatewayContract } from '../../support/gateway-contract.ts';
import { testKeys } from '../../support/shop.ts';
import { staff, statementLine } from '../../support/transferring.ts';
import { testWorld } from '../../support/world.ts';

async function open(): Promise<GatewayUnderTest> {
  const world = testWorld(new Date().toISOString());
  const db = await openTestDatabase();
  const office = {
    publicUrl: 'https://startline.example',
    tokenOf: (order: string) => `${order}.token`,
    livemode: false,
  };
  const gateway = bankTransferGateway({ db, world, ...office });
  const till: Till = {
    db,
    world,
    catalogue: openCatalogue(db, world),
    guide: openGuide(db, world),
    gateway: combineGateways({ card: closedGateway, bank_transfer: gateway }),
    ...office,
    keys: testKeys,
    log: () => {},
  };
  const request: GatewayUnderTest['request'] = (about) => ({
    ...about,
    event: 'contract-race',
    method: 'bank_transfer',
    email: 'payer@example.com',
    locale: 'ru',
    currency: 'KZT',
    lines: [
      { name: '10 км', amount: 1_500_000 },
      { name: 'Городские деревья', amount: 500_000 },
    ],
    successUrl: 'https://startline.example/ru/orders/token?paid=1',
    cancelUrl: 'https://startline.example/ru/orders/token',
  });
  let lines = 0;
  const transfer = async (page: string, amount: number): Promise<void> => {
    lines += 1;
    const date = world.now().toISOString().slice(0, 10);
    const [, reference = ''] = /^inv_(\d+)-/.exec(page) ?? [];
    await recordBankPayment(till, staff, statementLine(`line-${lines}`, reference, { amount, date }));
  };
  return {
    gateway,
    now: world.now,
    request,
    pay: ({ id }) => transfer(id, 2_000_000),
    receive: async (order, amount) => {
      const expiresAt = new Date(world.now().getTime() + 3_600_000).toISOString();
      const page = await gateway.openCheckout(request({ order, attempt: 1, expiresAt }));
      await transfer(page.id ?? '', amount);
      const paid = await gateway.findCheckout(page.id ?? '');
      return paid.status === 'paid' ? paid.payment.id : '';
    },
    stop: async () => {},
  };
}

gatewayContract('invoice and bank transfer', open);
