export * from './axe';
export * from './chromium';
