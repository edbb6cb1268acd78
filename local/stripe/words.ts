/** The languages of the payment page. */
export type Language = 'en' | 'kk' | 'ru';

const en = {
  testBanner: 'Stripe double – test page, no real money',
  payTo: 'Pay {merchant}',
  total: 'Total',
  method: 'Payment method',
  methodCard: 'Card',
  methodDebit: 'Delayed bank debit',
  debitHint: 'The order completes at once; the money arrives, or fails, later.',
  email: 'E-mail',
  cardNumber: 'Card number',
  expiry: 'Expiry (MM / YY)',
  cvc: 'CVC',
  name: 'Name',
  pay: 'Pay {amount}',
  leave: 'Leave and go back to the shop',
  cardHint: 'Use a test card such as 4242 4242 4242 4242, any future date, any CVC.',
  checkFields: 'Please check the marked fields.',
  badEmail: 'Enter an e-mail address, for example name@example.com.',
  badNumber: 'The card number is incomplete or wrong.',
  badExpiry: 'Enter a date that is not in the past, for example 12 / 40.',
  badCvc: 'Enter the 3 or 4 digits of the CVC.',
  badName: 'Enter your name.',
  declined: 'The card was declined. Try another card.',
  insufficientFunds: 'The card has insufficient funds. Try another card.',
  expiredCard: 'The card has expired. Try another card.',
  liveCard: 'The card was declined: this page takes test cards only.',
  notAuthenticated: 'The bank could not confirm that it is you. Try again or use another card.',
  authTitle: '3-D Secure',
  authText: 'Your bank asks you to confirm the payment of {amount} to {merchant}.',
  authComplete: 'Confirm the payment',
  authFail: 'Fail the confirmation',
  paidTitle: 'Payment complete',
  paidText: 'This checkout was paid.',
  processingTitle: 'Payment under way',
  processingText: 'The order is placed; the bank debit has not arrived yet.',
  failedTitle: 'Payment failed',
  failedText: 'The bank debit did not arrive.',
  expiredTitle: 'This checkout has expired',
  expiredText: 'Nothing was paid. Go back to the shop to start again.',
  backToShop: 'Back to the shop',
  unknownTitle: 'No such checkout',
  unknownText: 'The address may be incomplete, or the data was started afresh.',
  developer: 'For developers',
  testCards: 'Test cards',
  cardPays: 'pays',
  cardDeclined: 'declined',
  cardFunds: 'insufficient funds',
  cardExpired: 'expired card',
  cardSecure: 'asks for 3-D Secure',
  cardDispute: 'pays, then is disputed',
  cardInquiry: 'pays, then the bank asks about it',
  cardWarning: 'pays, then the bank warns of fraud',
  cardRefund: 'pays; refunds stay pending',
  cardRefundFails: 'pays; refunds come back',
  expireNow: 'Expire this session now',
  debitArrives: 'Let the bank debit arrive',
  debitFails: 'Let the bank debit fail',
};

/** The page's texts; `{name}` marks what is filled in. */
export type Words = typeof en;

const ru: Words = {
  testBanner: 'Двойник Stripe – тестовая страница, без настоящих денег',
  payTo: 'Оплата: {merchant}',
  total: 'Итого',
  method: 'Способ оплаты',
  methodCard: 'Карта',
  methodDebit: 'Отложенное списание с банковского счёта',
  debitHint: 'Заказ оформляется сразу, а деньги приходят (или не приходят) позже.',
  email: 'Эл. почта',
  cardNumber: 'Номер карты',
  expiry: 'Срок (ММ / ГГ)',
  cvc: 'CVC',
  name: 'Имя и фамилия',
  pay: 'Оплатить {amount}',
  leave: 'Уйти и вернуться в магазин',
  cardHint: 'Подойдёт тестовая карта, например 4242 4242 4242 4242, с любым будущим сроком и любым CVC.',
  checkFields: 'Проверьте отмеченные поля.',
  badEmail: 'Введите адрес эл. почты, например name@example.com.',
  badNumber: 'Номер карты неполный или неверный.',
  badExpiry: 'Введите срок, который ещё не прошёл, например 12 / 40.',
  badCvc: 'Введите 3 или 4 цифры CVC.',
  badName: 'Введите имя и фамилию.',
  declined: 'Карта отклонена. Попробуйте другую карту.',
  insufficientFunds: 'На карте недостаточно средств. Попробуйте другую карту.',
  expiredCard: 'Срок действия карты истёк. Попробуйте другую карту.',
  liveCard: 'Карта отклонена: здесь принимаются только тестовые карты.',
  notAuthenticated: 'Банк не смог подтвердить, что это вы. Попробуйте ещё раз или другой картой.',
  authTitle: '3-D Secure',
  authText: 'Банк просит подтвердить оплату {amount} в пользу {merchant}.',
  authComplete: 'Подтвердить оплату',
  authFail: 'Не подтверждать (ошибка)',
  paidTitle: 'Оплата прошла',
  paidText: 'Этот заказ оплачен.',
  processingTitle: 'Оплата обрабатывается',
  processingText: 'Заказ оформлен; деньги со счёта ещё не поступили.',
  failedTitle: 'Оплата не прошла',
  failedText: 'Деньги с банковского счёта не поступили.',
  expiredTitle: 'Время оплаты истекло',
  expiredText: 'Деньги не списаны. Вернитесь в магазин и начните заново.',
  backToShop: 'Вернуться в магазин',
  unknownTitle: 'Такой оплаты нет',
  unknownText: 'Возможно, адрес неполный или данные были начаты заново.',
  developer: 'Для разработчиков',
  testCards: 'Тестовые карты',
  cardPays: 'оплата проходит',
  cardDeclined: 'отклонена',
  cardFunds: 'недостаточно средств',
  cardExpired: 'срок истёк',
  cardSecure: 'просит 3-D Secure',
  cardDispute: 'оплата, затем спор',
  cardInquiry: 'оплата, затем запрос банка',
  cardWarning: 'оплата, затем банк сообщает о мошенничестве',
  cardRefund: 'оплата; возвраты ждут',
  cardRefundFails: 'оплата; банк отправляет возвраты обратно',
  expireNow: 'Завершить срок сессии сейчас',
  debitArrives: 'Деньги со счёта поступили',
  debitFails: 'Деньги со счёта не поступили',
};

const kk: Words = {
  testBanner: 'Stripe көшірмесі – сынақ беті, нақты ақша жоқ',
  payTo: 'Төлем: {merchant}',
  total: 'Барлығы',
  method: 'Төлем тәсілі',
  methodCard: 'Карта',
  methodDebit: 'Банк шотынан кейінге қалдырылған төлем',
  debitHint: 'Тапсырыс бірден рәсімделеді, ал ақша кейін түседі немесе түспейді.',
  email: 'Эл. пошта',
  cardNumber: 'Карта нөмірі',
  expiry: 'Мерзімі (АА / ЖЖ)',
  cvc: 'CVC',
  name: 'Аты-жөні',
  pay: '{amount} төлеу',
  leave: 'Шығып, дүкенге қайту',
  cardHint:
    'Сынақ картасын қолданыңыз, мысалы 4242 4242 4242 4242, кез келген болашақ мерзім және кез келген CVC.',
  checkFields: 'Белгіленген өрістерді тексеріңіз.',
  badEmail: 'Эл. пошта мекенжайын енгізіңіз, мысалы name@example.com.',
  badNumber: 'Карта нөмірі толық емес немесе қате.',
  badExpiry: 'Әлі өтпеген мерзімді енгізіңіз, мысалы 12 / 40.',
  badCvc: 'CVC кодының 3 немесе 4 санын енгізіңіз.',
  badName: 'Аты-жөніңізді енгізіңіз.',
  declined: 'Карта қабылданбады. Басқа картаны қолданып көріңіз.',
  insufficientFunds: 'Картада қаражат жеткіліксіз. Басқа картаны қолданып көріңіз.',
  expiredCard: 'Картаның мерзімі өтіп кеткен. Басқа картаны қолданып көріңіз.',
  liveCard: 'Карта қабылданбады: бұл бетте тек сынақ карталары жарайды.',
  notAuthenticated: 'Банк сіз екеніңізді растай алмады. Қайталап көріңіз немесе басқа картаны қолданыңыз.',
  authTitle: '3-D Secure',
  authText: 'Банк {merchant} үшін {amount} төлемін растауды сұрайды.',
  authComplete: 'Төлемді растау',
  authFail: 'Растамау (қате)',
  paidTitle: 'Төлем өтті',
  paidText: 'Бұл тапсырыс төленді.',
  processingTitle: 'Төлем өңделуде',
  processingText: 'Тапсырыс рәсімделді; шоттан ақша әлі түскен жоқ.',
  failedTitle: 'Төлем өтпеді',
  failedText: 'Банк шотынан ақша түспеді.',
  expiredTitle: 'Төлем уақыты бітті',
  expiredText: 'Ақша алынған жоқ. Дүкенге қайтып, қайта бастаңыз.',
  backToShop: 'Дүкенге қайту',
  unknownTitle: 'Мұндай төлем жоқ',
  unknownText: 'Мекенжай толық емес болуы немесе деректер жаңадан басталуы мүмкін.',
  developer: 'Әзірлеушілерге',
  testCards: 'Сынақ карталары',
  cardPays: 'төлем өтеді',
  cardDeclined: 'қабылданбайды',
  cardFunds: 'қаражат жеткіліксіз',
  cardExpired: 'мерзімі өткен',
  cardSecure: '3-D Secure сұрайды',
  cardDispute: 'төлем, кейін дау',
  cardInquiry: 'төлем, кейін банк сұрау салады',
  cardWarning: 'төлем, кейін банк алаяқтық туралы ескертеді',
  cardRefund: 'төлем; қайтарымдар күтеді',
  cardRefundFails: 'төлем; банк қайтарымды кері жібереді',
  expireNow: 'Сессия мерзімін қазір бітіру',
  debitArrives: 'Шоттан ақша түссін',
  debitFails: 'Шоттан ақша түспесін',
};

const WORDS: Readonly<Record<Language, Words>> = { en, kk, ru };

const isLanguage = (tag: string): tag is Language => tag in WORDS;

/**
 * The page's language: the session's locale, or for `auto`, none and those without a translation here the browser's
 * `Accept-Language`, or English.
 */
export function pickLanguage(locale: string | null, accepted: string | undefined): Language {
  const wishes = [locale ?? 'auto', ...(accepted ?? '').split(',')];
  for (const wish of wishes) {
    const language = wish.trim().slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return 'en';
}

/** The texts in a language. */
export function wordsOf(language: Language): Words {
  return WORDS[language];
}

/** Fills `{name}` in a text. */
export function fill(text: string, values: Record<string, number | string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
