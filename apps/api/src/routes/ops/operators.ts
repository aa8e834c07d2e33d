/** The roles that run the platform. */
export const OPERATORS = ['admin', 'support'] as const;
