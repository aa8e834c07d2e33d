export { failureWords } from '../http/failure-words';
export { TopUpDialog } from './top-up-dialog';
export { TransferDialog } from './transfer-dialog';
export { TransferNotices } from './transfer-notices';
