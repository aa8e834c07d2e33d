export { archive, markRead, markUnread, readAll, restore } from './inbox';
export { listNotifications } from './list';
export { MAIL_TRIES, recordMail } from './mail-delivery';
export { notify } from './notify';
export { mailText, welcomeMailText } from './templates';
export { explainToMember, explainToOperator } from './why';
