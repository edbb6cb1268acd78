import { readInvoice } from '../../orders/invoice.ts';
import type { Database } from '../../platform/database.ts';
import type { PaymentFact } from '../gateway.ts';
import { readBankPayment } from './lines.ts';
import { paidFactOf, surplusFactOf } from './pages.ts';
import { readBankRefund, refundFactOf } from './refund.ts';
import { untoldNames } from './untold.ts';

/** Every fact that has not been applied. */
export async function* untoldFacts(db: Database, livemode: boolean): AsyncGenerator<PaymentFact> {
  for (const name of await untoldNames(db)) {
    const fact = await factOf(db, name, livemode);
    if (fact) yield fact;
  }
}

async function factOf(db: Database, name: string, livemode: boolean): Promise<PaymentFact | undefined> {
  const [kind, id = '', detail = ''] = name.split('#');
  switch (kind) {
    case 'paid': {
      const invoice = await readInvoice(db, id);
      return invoice && paidFactOf(invoice, livemode);
    }
    case 'surplus': {
      const payment = await readBankPayment(db, id);
      return payment && surplusFactOf(payment);
    }
    default: {
      const refund = await readBankRefund(db, { payment: id, id: detail });
      return refund && refundFactOf(refund);
    }
  }
}
