export { listNotifications, notify, readAll } from './notification';
export { type NotificationText, welcomeText } from './welcome';
