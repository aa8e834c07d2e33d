import { fnv1a } from '@skelly/events';

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

const placeOf = (name: string) => fnv1a(name) % PLACES;
