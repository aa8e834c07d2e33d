import * as contract from '@skelly/types/wallet';
import { MAX_AMOUNT } from './max-amount';

test('the bound of an amount is that of its contract', () => {
  expect(MAX_AMOUNT).toBe(contract.MAX_AMOUNT);
});
