const words = {
  kk: {
    note: 'Жергілікті сынақ іске қосылымы: мұнда нағыз ақша жоқ',
    title: 'Қызметкерлердің кіруі',
    intro: 'Электрондық поштаңыз бен іске қосқанда көрсетілген құпиясөзді енгізіңіз.',
    email: 'Электрондық пошта',
    password: 'Құпиясөз',
    signIn: 'Кіру',
    wrong: 'Пошта немесе құпиясөз қате.',
    signingOut: 'Жүйеден шығу',
    signOut: 'Шығу',
    signedOut: 'Сіз жүйеден шықтыңыз.',
    failed: 'Кіру мүмкін болмады',
    expired: 'Бұл кіру беті ескірген. Қызметкерлер бетінен қайта бастаңыз.',
    again: 'Қызметкерлер бетіне өту',
  },
  ru: {
    note: 'Пробный запуск на этом компьютере: настоящих денег здесь нет',
    title: 'Вход для сотрудников',
    intro: 'Введите почту и пароль, показанный при запуске.',
    email: 'Электронная почта',
    password: 'Пароль',
    signIn: 'Войти',
    wrong: 'Неверная почта или пароль.',
    signingOut: 'Выход',
    signOut: 'Выйти',
    signedOut: 'Вы вышли.',
    failed: 'Войти не удалось',
    expired: 'Эта страница входа устарела. Начните заново со страницы сотрудников.',
    again: 'На страницу сотрудников',
  },
  en: {
    note: 'Trial run on this computer: no real money here',
    title: 'Staff sign-in',
    intro: 'Enter your e-mail address and the password that was printed at the start.',
    email: 'E-mail',
    password: 'Password',
    signIn: 'Sign in',
    wrong: 'Wrong e-mail address or password.',
    signingOut: 'Signing out',
    signOut: 'Sign out',
    signedOut: 'You are signed out.',
    failed: 'Sign-in did not work',
    expired: 'This sign-in page is too old. Start again from the staff console.',
    again: 'Go to the staff console',
  },
} as const;

export type Language = keyof typeof words;
export type Words = (typeof words)[Language];

export function wordsIn(language: Language): Words {
  return words[language];
}

function isLanguage(text: string): text is Language {
  return text in words;
}

/**
 * The first language we speak of those wanted: `ui_locales` of OpenID Connect (separated by spaces), then
 * the browser's `Accept-Language`, whose order browsers keep by preference. English if there is none.
 */
export function chooseLanguage(uiLocales: unknown, acceptLanguage: string | undefined): Language {
  const wanted = `${typeof uiLocales === 'string' ? uiLocales : ''} ${acceptLanguage ?? ''}`;
  const tags = wanted.split(/[\s,]+/).map((tag) => tag.slice(0, 2).toLowerCase());
  return tags.find(isLanguage) ?? 'en';
}
