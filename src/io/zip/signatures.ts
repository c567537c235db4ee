/** The numbers with which the records of a zip archive begin. */
export const SIGNATURES = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  record: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;
