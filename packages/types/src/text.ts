/** Control, format and half characters, but for the two that join letters and emoji (U+200C, U+200D). */
export const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/u;

/** What has no place in a text of several lines: control characters but the line feed, half characters, and marks that turn the text around them. */
export const UNPRINTABLE_IN_LINES = /(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Something that leaves a mark: neither a space nor one of the letters and symbols that are drawn as nothing. */
export const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;
