/**
 * The characters that are not shown as they are: controls (C0, DEL and C1), directions and other invisible formats,
 * half pairs, line and paragraph separators, and characters that fonts leave out, such as variation selectors.
 */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
