// The bytes of a lexicon. Fixed-width integers are little-endian. Keys ascend and are written as the difference from
// the one before (the first from 0), keys and classes in LEB128 (seven bits a byte, the lowest first, at most 21 bits).
// A symbol is one byte below 0x80; two bytes in the basic block of ideographs: 0x80 + (c - 0x4E00) / 256, (c - 0x4E00)
// mod 256; else three: 0xE0 + the upper five bits, then the lower sixteen.
//
//   bytes  field
//   4      magic "SLEX"
//   2      format, U16 = 1
//   6 x 2  entries of each table, U16: foldings, characters, joinings, phrases, emoji, words
//   foldings    traditional (ascending), then simplified
//   characters  all characters (ascending), then all sounds, then all shapes
//   joinings    left (ascending), right, whole; each right, where left stays the same, higher than the one before
//   phrases     in the order of their patterns: U8 alone (0 or 1), U8 length and symbols of the pattern, the same of
//   the
//               replacement
//   emoji       emoji (ascending), U8 length and symbols of the reading
//   words       U8 length, plus 128 if censored; that many letters. By length.
#pragma once

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/text/lexicon.h"

namespace sotto::text {

// Precondition: tables that CheckLexicon passes.
Bytes WriteLexicon(const LexiconTables& tables);

// Errors: as Lexicon::Read.
Result<LexiconTables> ReadLexicon(ByteSpan bytes);

// Orders and ranges of tables as they are written. Errors: kMalformed, kResourceExhausted.
Status CheckLexicon(const LexiconTables& tables);

}  // namespace sotto::text
