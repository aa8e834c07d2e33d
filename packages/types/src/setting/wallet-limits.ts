import { MAX_AMOUNT } from '../wallet/money';
import { type IntegerSetting, integerSetting } from './kinds';

/** What one operation, a day and a minute of a role may take, as settings of that role. */
function amountLimit(role: string, env: string, value: number): IntegerSetting {
  return integerSetting({
    env,
    unit: 'minor units',
    min: 0,
    max: MAX_AMOUNT,
    default: value,
    description: `minor units that one hold or transfer may move, for role ${role}`,
    followedBy: ['api'],
  });
}

function dayLimit(role: string, env: string, value: number): IntegerSetting {
  return integerSetting({
    env,
    unit: 'minor units',
    min: 0,
    max: MAX_AMOUNT * 1_000,
    default: value,
    description: `minor units of a currency that all holds and transfers of a day, UTC, may move, for role ${role}`,
    followedBy: ['api'],
  });
}

function rateLimit(role: string, env: string, value: number): IntegerSetting {
  return integerSetting({
    env,
    unit: 'operations',
    min: 0,
    max: 1_000_000_000,
    default: value,
    description: `holds and transfers of a currency in one minute, for role ${role}`,
    followedBy: ['api'],
  });
}

/** Limits of each role on what it may hold and transfer. 0 stops it. */
export const walletLimitSettings = {
  'walletLimit.adminDailyAmount': dayLimit('admin', 'WALLET_LIMIT_ADMIN_DAILY_AMOUNT', 1_000_000_000),
  'walletLimit.adminMaxAmount': amountLimit('admin', 'WALLET_LIMIT_ADMIN_MAX_AMOUNT', 100_000_000),
  'walletLimit.adminPerMinute': rateLimit('admin', 'WALLET_LIMIT_ADMIN_PER_MINUTE', 600),
  'walletLimit.creatorDailyAmount': dayLimit('creator', 'WALLET_LIMIT_CREATOR_DAILY_AMOUNT', 100_000_000),
  'walletLimit.creatorMaxAmount': amountLimit('creator', 'WALLET_LIMIT_CREATOR_MAX_AMOUNT', 10_000_000),
  'walletLimit.creatorPerMinute': rateLimit('creator', 'WALLET_LIMIT_CREATOR_PER_MINUTE', 600),
  'walletLimit.memberDailyAmount': dayLimit('member', 'WALLET_LIMIT_MEMBER_DAILY_AMOUNT', 10_000_000),
  'walletLimit.memberMaxAmount': amountLimit('member', 'WALLET_LIMIT_MEMBER_MAX_AMOUNT', 1_000_000),
  'walletLimit.memberPerMinute': rateLimit('member', 'WALLET_LIMIT_MEMBER_PER_MINUTE', 600),
  'walletLimit.supportDailyAmount': dayLimit('support', 'WALLET_LIMIT_SUPPORT_DAILY_AMOUNT', 1_000_000),
  'walletLimit.supportMaxAmount': amountLimit('support', 'WALLET_LIMIT_SUPPORT_MAX_AMOUNT', 100_000),
  'walletLimit.supportPerMinute': rateLimit('support', 'WALLET_LIMIT_SUPPORT_PER_MINUTE', 60),
} as const;
