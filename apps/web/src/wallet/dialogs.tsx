export { TopUpDialog } from './top-up-dialog';
export { TransferDialog } from './transfer-dialog';
export { TransferNotice } from './transfer-notice';
