/** Joins who hears of changes to who shows them, which may come later. */
export interface RefreshLink {
  /** Reads what is shown again; kept for whoever is still to come. */
  readonly refresh: () => Promise<void>;
  /** Says how that is done, until the returned function is called. */
  readonly connect: (read: () => Promise<void>) => () => void;
}

export function createRefreshLink(): RefreshLink {
  let reader: (() => Promise<void>) | null = null;
  let isDue = false;
  return {
    async refresh() {
      if (reader) await reader();
      else isDue = true;
    },
    connect(read) {
      reader = read;
      if (isDue) void read();
      isDue = false;
      return () => {
        if (reader === read) reader = null;
      };
    },
  };
}
