/** The highest number that each of many names ever had, in little room: names share places, so it may be too high, never too low. */
export interface Floors {
  /** 0 for what never had one. */
  of(name: string): number;
  raise(name: string, to: number): void;
  clear(): void;
}

/** Eight bytes each. */
const PLACES = 16_384;

export function createFloors(): Floors {
  const floors = new Float64Array(PLACES);
  return {
    of: (name) => floors[placeOf(name)] as number,
    raise(name, to) {
      const place = placeOf(name);
      floors[place] = Math.max(floors[place] as number, to);
    },
    clear: () => void floors.fill(0),
  };
}

/** FNV-1a, 32 bits. */
function placeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let nth = 0; nth < name.length; nth += 1) hash = Math.imul(hash ^ name.charCodeAt(nth), 0x01000193) >>> 0;
  return hash % PLACES;
}
